import {
  type Latency,
  type Metrics,
  RESULTS_SCHEMA,
  type Results,
  resultsSchema,
  type Trial,
} from "../../harness/result/result.ts";
import { findTransport } from "../../transports/registry.ts";

export const SIX_TRANSPORTS = ["websocket", "socketio", "sse", "long-polling", "grpc", "mqtt"];

/** What the registry knows of them, under the names without the number of an A/A control. */
function factsOf(names: readonly string[]): Results["transportFacts"] {
  return Object.fromEntries(
    names
      .map((name) => name.replace(/#\d+$/, ""))
      .flatMap((name) => {
        const facts = findTransport(name)?.facts;
        return facts ? [[name, facts]] : [];
      }),
  );
}

interface Shape {
  readonly transports?: readonly string[];
  readonly scenarios?: readonly string[];
  readonly blocks?: number;
  readonly publishes?: number;
  /** Changes one trial, or leaves it out. */
  readonly trial?: (trial: Trial) => Trial | undefined;
}

/** A schema-checked document with plausible figures that follow from the shape alone. */
export function resultsOf(shape: Shape = {}): Results {
  const transports = shape.transports ?? SIX_TRANSPORTS;
  const scenarios = shape.scenarios ?? ["notify"];
  const blocks = shape.blocks ?? 1;
  const publishes = shape.publishes ?? 3_000;
  const params = { connections: 500, rate: 50, payload: 128, duration: publishes / 50, warmup: 1 };
  const trials = Array.from({ length: blocks }, (_, block) =>
    scenarios.flatMap((scenario, s) =>
      transports.map((transport, t) => ({
        transport,
        scenario,
        block,
        attempt: 1,
        state: "completed" as const,
        notes: [],
        planHash: `${"0123456789abcdef".repeat(3)}${s}${block}`,
        params,
        seed: 42 + block,
        startedAt: "2026-02-03T04:05:06.000Z",
        seconds: 9,
        metrics: metricsOf(
          (1 + t * 0.3 + s) * (1 + ((block * 7 + t * 3) % 5) * 0.03),
          shape.publishes ?? 3_000,
        ),
      })),
    ),
  ).flat();
  return resultsSchema.parse({
    schema: RESULTS_SCHEMA,
    startedAt: "2026-02-03T04:05:06.000Z",
    finishedAt: "2026-02-03T04:15:06.000Z",
    command: "notif-lab bench --blocks 3",
    seed: 42,
    preset: blocks === 1 ? "quick" : "standard",
    loop: "open",
    arrivals: null,
    blocks,
    loadProcesses: 1,
    transports,
    transportFacts: factsOf(transports),
    scenarios: scenarios.map((name) => ({ name, summary: SUMMARIES[name] ?? name, params })),
    environment: ENVIRONMENT,
    plans: {},
    anatomies: [],
    trials: trials.flatMap((one) => (shape.trial ? (shape.trial(one) ?? []) : one)),
  });
}

/** Metrics of a trial whose times and sizes are `factor` times a plausible transport's. */
export function metricsOf(factor: number, publishes = 3_000): Metrics {
  return {
    deliveryLatencyUs: latencyOf(1_000 * factor, publishes),
    serviceLatencyUs: latencyOf(980 * factor, publishes),
    publishLatencyUs: latencyOf(700 * factor, publishes),
    receiptLatencyUs: latencyOf(2_100 * factor, publishes),
    sendLagUs: latencyOf(20, publishes),
    split: {
      publishes: Math.ceil(publishes / 2),
      deliveries: Math.ceil(publishes / 2),
      unmatched: 0,
      publishUs: 400 * factor,
      serverUs: 300 * factor,
      waitUs: 200 * factor,
      clientUs: 90 * factor,
      clientShare: 290 / 990,
      lastWriteUs: 320 * factor,
    },
    publishes,
    publishFailures: {},
    expected: publishes,
    delivered: publishes,
    lost: 0,
    duplicated: 0,
    reordered: 0,
    receiptsExpected: publishes,
    receiptsReceived: publishes,
    offeredPerSecond: 50,
    achievedShare: 1,
    sendsChecksum: "00000000c0ffee",
    backlogAtEnd: 0,
    deliveriesPerSecond: 49.8,
    measuredSeconds: 60,
    serverCpuUsPerDelivery: 90 * factor,
    serverCpuUserUsPerDelivery: 60 * factor,
    serverCpuSystemUsPerDelivery: 30 * factor,
    serverRssBytes: Math.round(80 * 1024 ** 2 * (1 + factor / 10)),
    serverRssAboveEmptyBytes: Math.round(20 * 1024 ** 2 * factor),
    serverHeapUsedBytes: 30_000_000,
    serverExternalBytes: 4_000_000,
    serverLoopUtilization: 0.12,
    tcpBytesPerDelivery: 700 * factor,
    tcpBytesInPerDelivery: 280 * factor,
    tcpBytesOutPerDelivery: 420 * factor,
    wireBytesPerDelivery: 900 * factor,
    memoryPerConnection: {
      steps: [0, 100, 200, 300, 400, 500].map((connections) => ({
        connections,
        rssBytes: Math.round(60e6 + connections * 20_000 * factor),
        heapAndExternalBytes: Math.round(12e6 + connections * 11_000 * factor),
      })),
      rss: { bytesPerConnection: 20_000 * factor, r2: 0.95 },
      heapAndExternal: { bytesPerConnection: 11_000 * factor, r2: 0.99 },
    },
    warmup: { seconds: 5, steadiness: "steady", latencyDrift: 0.01, cpuDrift: -0.02 },
    host: { cpuPressure: 0.02, steal: 0, otherCpus: 0.03 },
    connections: 500,
    sockets: 500,
    connectSeconds: 1.1,
    slowDisconnects: 0,
    dropped: 0,
    reconnects: 0,
    processes: [
      {
        ...PROCESS,
        role: "server",
        loopUtilization: 0.12,
        cpuUserUs: 1e6,
        cpuSystemUs: 5e5,
        rssBytes: 90_000_000,
      },
      {
        ...PROCESS,
        role: "load",
        loopUtilization: 0.34,
        burstUtilization: 0.81,
        burstUs: 400_000,
        cpuUserUs: 2e6,
        cpuSystemUs: 1e6,
        rssBytes: 120_000_000,
      },
    ],
    timeline: [0, 1, 2].map((fromSeconds) => ({
      fromSeconds,
      seconds: 1,
      publishes: 50,
      deliveries: 50,
      deliveryP50Us: 1_000 * factor,
      deliveryP99Us: 3_200 * factor,
      deliveryMaxUs: Math.round(4_000 * factor),
      serverCpuUserUs: Math.round(3_000 * factor),
      serverCpuSystemUs: Math.round(1_500 * factor),
      serverRssBytes: 90_000_000,
      serverLoopUtilization: 0.12,
    })),
  };
}

/** A pass that told the bytes of one transport under `notify`, with so many bytes of framing out. */
export function breakdownOf(transport: string, framing: number): Results["anatomies"][number] {
  const direction = (framingBytes: number) => ({
    bodyBytesPerDelivery: 128,
    envelopeBytesPerDelivery: 60,
    compressedBytesPerDelivery: 0,
    framingBytesPerDelivery: framingBytes,
    handshakeBytesPerDelivery: 0,
    heartbeatsBytesPerDelivery: 0,
  });
  const bytes = { partsBytes: 100, heldBytesBefore: 0, heldBytesAfter: 0, relayBytes: 100, meterBytes: 100 };
  const counts = { in: bytes, out: bytes };
  return {
    transport,
    scenario: "notify",
    users: 20,
    sockets: 20,
    windowMs: 1_000,
    publishes: 40,
    deliveries: 40,
    receipts: 40,
    perDelivery: { in: direction(0), out: direction(framing) },
    handshakeBytesPerConnection: { in: 300, out: 200 },
    idle: { state: "absent", reason: "not looked at" },
    checked: { window: counts, whole: counts },
  };
}

export function latencyOf(p50: number, publishes: number): Latency {
  return {
    count: publishes,
    publishes,
    negative: 0,
    min: p50 / 3,
    mean: p50 * 1.2,
    p50,
    p90: p50 * 1.7,
    p99: p50 * 3.2,
    p999: p50 * 6,
    max: p50 * 11,
    histogram: "HISTFAAAAB",
  };
}

/** The trial as it stands when it did not complete. */
export function unwell(trial: Trial, state: Trial["state"], reason: string): Trial {
  const { metrics, ...rest } = trial;
  return { ...rest, ...(state === "saturated" && metrics ? { metrics } : {}), state, reason };
}

const PROCESS = {
  spunUs: 0,
  gcPauses: 4,
  gcPausedUs: 6_000,
  gcLongestUs: 2_500,
  loopDelayP99Us: 400,
  loopDelayMaxUs: 1_900,
};
const SUMMARIES: Readonly<Record<string, string>> = {
  notify: "direct notifications between random pairs of users, each read receipt travelling back",
  "fan-out": "one publisher, every other connection subscribed to its one topic, at a constant rate",
};
const ENVIRONMENT = {
  notifLab: "0.1.0",
  node: "v20.19.5",
  v8: "11.3",
  platform: "linux",
  kernel: "6.1.0",
  arch: "x64",
  cpuModel: "AMD EPYC 7763",
  cpus: 2,
  cpuGovernor: null,
  memoryBytes: 8 * 1024 ** 3,
  memoryFreeBytes: 6 * 1024 ** 3,
  openFilesLimit: 1_048_576,
  processLimit: 30_000,
  loadAverageBefore: 0.2,
  loadAverageAfter: 1.1,
  gitRevision: null,
  cpuAffinity: "server on CPU 0, load on CPU 1",
  wireBytes: "the loopback interface of a network namespace of each trial's own",
  clock: "CLOCK_MONOTONIC, us",
  packages: { ws: "8.23.0", "socket.io": "4.8.4" },
};
