import { createRandom } from "../../../core/random.ts";
import { LatencyRecorder } from "../../measurement/latency-recorder.ts";
import { WindowSeries } from "../../measurement/window-series.ts";
import type { LoadReport, LoadSample, ServerSample } from "../../processes/messages.ts";
import { RESULTS_SCHEMA, type Results, resultsSchema } from "../../result/result.ts";
import { captureEnvironment } from "../../run/environment.ts";
import { ClientTracer } from "../../tracing/client-trace.ts";
import { hashPlan } from "../../trial/hash-plan.ts";
import { computeMetrics } from "../../trial/metrics.ts";
import type { Observation } from "../../trial/observation.ts";
import { validityOf } from "../../trial/validity.ts";
import { type Check, findingOf } from "../check.ts";
import { feedPlan } from "../trials.ts";

const LOAD_PROCESSES = 10;
const EACH = 1_000_000;
const MESSAGES = LOAD_PROCESSES * EACH;
const MEASURE_MS = 600_000;
const INTERVALS = 600;
const MOST_BYTES = 5_000_000;

export const resultSize: Check = {
  name: "result-size",
  proves: "the results of a long run stay small, because histograms are kept and not samples",
  target: "10,000,000 messages over 600 intervals: at most 5 MB",
  timed: false,
  run: async ({ seed }) => {
    const plan = feedPlan({ seed, ratePerSecond: MESSAGES / (MEASURE_MS / 1_000), measureMs: MEASURE_MS });
    const metrics = computeMetrics(observationOf(plan, reportOf(seed)));
    const startedAt = new Date().toISOString();
    const planHash = hashPlan(plan);
    const identity = { transport: "websocket", scenario: plan.scenario, block: 0, attempt: 1, params: {} };
    const { state, reason, notes } = validityOf(metrics, { loop: "open", gates: "note" });
    const trial: Results["trials"][number] = {
      ...identity,
      planHash,
      seed,
      startedAt,
      state,
      notes,
      seconds: 600,
      metrics,
    };
    const results: Results = {
      schema: RESULTS_SCHEMA,
      startedAt,
      command: "notif-lab selftest",
      seed,
      preset: "standard",
      loop: "open",
      arrivals: null,
      blocks: 1,
      loadProcesses: LOAD_PROCESSES,
      transports: ["websocket"],
      scenarios: [{ name: plan.scenario, summary: "", params: {} }],
      environment: captureEnvironment([]),
      plans: { [planHash]: plan },
      trials: [reason === undefined ? trial : { ...trial, reason }],
      anatomies: [],
    };
    const bytes = Buffer.byteLength(JSON.stringify(resultsSchema.parse(results), null, 1));
    const messages = metrics.deliveryLatencyUs?.count ?? 0;
    return findingOf(
      bytes <= MOST_BYTES && messages === MESSAGES,
      `${(bytes / 1_000_000).toFixed(2)} MB for ${messages.toLocaleString("en-US")} messages`,
      { bytes, messages },
    );
  },
};

/** What one load process says of a million messages with a long tail, spread over the whole time. */
function reportOf(seed: number): LoadReport {
  const random = createRandom(seed);
  const recorder = new LatencyRecorder();
  const windows = new WindowSeries((MEASURE_MS * 1_000) / INTERVALS, INTERVALS);
  for (let index = 0; index < EACH; index += 1) {
    const latencyUs = Math.exp(4 + 10 * random() * random() * random());
    recorder.record(latencyUs);
    windows.record((index / EACH) * MEASURE_MS * 1_000, latencyUs);
  }
  const latency = recorder.read();
  return {
    count: {
      sendsSettled: true,
      publishes: EACH,
      expected: EACH,
      delivered: EACH,
      receiptsExpected: EACH,
      receiptsReceived: EACH,
      unmeasured: { expected: 0, delivered: 0 },
      receiptsAwaited: 0,
    },
    deliveries: { delivered: EACH, duplicated: 0, reordered: 0 },
    publishFailures: {},
    readFailures: 0,
    foreignBodies: 0,
    reconnects: 0,
    outages: [],
    subscribers: [],
    apartDeliveries: 0,
    readyLatency: latency,
    lastSendUs: MEASURE_MS * 1_000,
    lastDeliveryUs: MEASURE_MS * 1_000,
    lagTrend: { sends: { first: EACH / 3, last: EACH / 3 }, leastUs: { first: 1, last: 1 }, endUs: 20 },
    sendsChecksum: 1,
    deliveryLatency: latency,
    serviceLatency: latency,
    publishLatency: latency,
    receiptLatency: latency,
    sendLag: latency,
    trace: new ClientTracer(0).take(),
    role: "clients",
    windows: windows.windows(),
    publishesByInterval: Array.from({ length: INTERVALS }, () => Math.round(EACH / INTERVALS)),
  };
}

function observationOf(plan: Observation["plan"], report: LoadReport): Observation {
  const own = {
    cpuUserUs: 123_456_789,
    cpuSystemUs: 123_456_789,
    loopActiveMs: 123_456.789,
    loopIdleMs: 543_210.987,
    rssBytes: 123_456_789,
    heapUsedBytes: 123_456_789,
    externalBytes: 123_456_789,
    gcPauses: 1_234,
    gcPausedUs: 1_234_567,
    gcLongestUs: 12_345,
    loopDelayP99Us: 12_345,
    loopDelayMaxUs: 123_456,
  };
  const server: ServerSample = {
    process: own,
    bytesIn: 0,
    bytesOut: 0,
    sockets: 2,
    openBytesIn: 0,
    openBytesOut: 0,
    sessions: 2,
    published: EACH,
    slowDisconnects: 0,
    mostHeldBytes: 0,
    dropped: 0,
    wireBytes: 0,
  };
  const load: LoadSample = { process: own, spunUs: 0 };
  const host = {
    atMs: 0,
    pressureUs: undefined,
    stolenTicks: undefined,
    busyMs: 0,
    totalMs: 0,
  };
  const interval = {
    cpuUserUs: 1_234_567,
    cpuSystemUs: 1_234_567,
    rssBytes: 123_456_789,
    loopUtilization: 0.123_456_789_012_345,
  };
  return {
    plan,
    connectSeconds: 1,
    connections: 2,
    memorySteps: [],
    warmUp: { seconds: 1, latency: undefined, cpu: undefined },
    measureStartUs: 0,
    backlogAtEnd: 0,
    faults: [],
    intervalMs: MEASURE_MS / INTERVALS,
    server: {
      before: server,
      after: server,
      timeline: Array.from({ length: INTERVALS }, () => interval),
      trace: undefined,
    },
    loads: Array.from({ length: LOAD_PROCESSES }, () => ({ before: load, after: load, report })),
    host: { before: host, after: host },
    ownCpuUs: 0,
  };
}
