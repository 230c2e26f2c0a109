import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { mergeLatencies } from "../measurement/histogram.ts";
import { type Metrics, metricsSchema } from "../result/result.ts";
import { type Measured, outcomeOf } from "./cells.ts";
import type { LaunchScenario, LaunchSpec } from "./launch-spec.ts";
import { logMean, mergeSlices } from "./merge.ts";

const WARM_UP = { seconds: 2, publishes: 300, cpuDrift: -0.01, warm: true };

/** Latencies that were so often: `[value, times, ...]`. */
function latency(publishes: number, ...counts: number[]) {
  const merged = mergeLatencies([{ counts, negative: 0 }], publishes);
  assert.ok(merged);
  return merged;
}

const SERVER: Metrics["processes"][number] = {
  role: "server",
  loopUtilization: 0.2,
  spunUs: 0,
  cpuUserUs: 800,
  cpuSystemUs: 200,
  rssBytes: 50_000_000,
  gcPauses: 1,
  gcPausedUs: 300,
  gcLongestUs: 300,
  loopDelayP99Us: 20_500,
  loopDelayMaxUs: 21_000,
};

/** One second with 10 publishes to 10 subscribers each. */
function sliceOf(over: Partial<Metrics> = {}): Metrics {
  return metricsSchema.parse({
    publishes: 10,
    publishFailures: {},
    expected: 100,
    delivered: 100,
    lost: 0,
    duplicated: 0,
    reordered: 0,
    receiptsExpected: 0,
    receiptsReceived: 0,
    offeredPerSecond: 10,
    achievedShare: 1,
    sendsChecksum: "000000000000ff",
    backlogAtEnd: 0,
    deliveriesPerSecond: 100,
    measuredSeconds: 1,
    serverRssBytes: 50_000_000,
    serverHeapUsedBytes: 10_000_000,
    serverExternalBytes: 1_000_000,
    serverLoopUtilization: 0.2,
    memoryPerConnection: { steps: [] },
    connections: 11,
    sockets: 11,
    connectSeconds: 0.1,
    slowDisconnects: 0,
    dropped: 0,
    reconnects: 0,
    warmup: { seconds: 0, steadiness: "not judged" },
    host: { otherCpus: 0.1 },
    processes: [SERVER],
    timeline: [],
    ...over,
  });
}

describe("the figures of a launch from those of its slices", () => {
  const quick = sliceOf({ deliveryLatencyUs: latency(10, 100, 100), serverCpuUsPerDelivery: 10 });
  const slow = sliceOf({
    deliveryLatencyUs: latency(30, 400, 299, 900, 1),
    serverCpuUsPerDelivery: 20,
    publishes: 30,
    publishFailures: { timeout: 2, closed: 1 },
    expected: 302,
    delivered: 300,
    lost: 2,
    measuredSeconds: 3,
    serverLoopUtilization: 0.6,
    serverRssBytes: 60_000_000,
    sendsChecksum: "00000000000001",
    host: { otherCpus: 0.5 },
    processes: [
      { ...SERVER, loopUtilization: 0.6, cpuUserUs: 5_000, gcLongestUs: 700, rssBytes: 60_000_000 },
    ],
  });
  const merged = mergeSlices([quick, slow], WARM_UP);

  test("counts are added up", () => {
    const { publishes, expected, delivered, lost, measuredSeconds, deliveriesPerSecond } = merged;
    assert.deepEqual(
      { publishes, expected, delivered, lost, measuredSeconds, deliveriesPerSecond },
      { publishes: 40, expected: 402, delivered: 400, lost: 2, measuredSeconds: 4, deliveriesPerSecond: 100 },
    );
    assert.deepEqual(mergeSlices([slow, slow], WARM_UP).publishFailures, { timeout: 4, closed: 2 });
    assert.equal(merged.sendsChecksum, "00000000000100");
  });

  test("histograms are merged, and no quantile is averaged", () => {
    assert.ok(merged.deliveryLatencyUs);
    const { count, publishes, p50, p99, max } = merged.deliveryLatencyUs;
    assert.deepEqual(
      { count, publishes, p50, p99, max },
      { count: 400, publishes: 40, p50: 400, p99: 400, max: 900 },
    );
  });

  test("what is told by the delivery weighs by deliveries, and what is a share of time by time", () => {
    assert.equal(merged.serverCpuUsPerDelivery, (100 * 10 + 300 * 20) / 400);
    assert.equal(merged.serverLoopUtilization, (0.2 + 3 * 0.6) / 4);
    assert.equal(merged.host.otherCpus, (0.1 + 3 * 0.5) / 4);
    const [server] = merged.processes;
    assert.ok(server && Math.abs((server.loopUtilization ?? 0) - 0.5) < 1e-12);
    assert.deepEqual(
      [server.cpuUserUs, server.cpuSystemUs, server.gcPauses, server.gcLongestUs, server.rssBytes],
      [5_800, 400, 2, 700, 60_000_000],
    );
  });

  test("verdicts rest on the geometric mean over slices", () => {
    assert.equal(merged.sliced?.slices, 2);
    assert.ok(Math.abs((merged.sliced?.p50Us ?? 0) - 200) < 1e-9);
    assert.ok(Math.abs((merged.sliced?.cpuUsPerDelivery ?? 0) - Math.sqrt(200)) < 1e-9);
  });

  test("slices follow one another on the time line", () => {
    assert.deepEqual(
      merged.timeline.map(({ fromSeconds, seconds, deliveries, deliveryP50Us }) => [
        fromSeconds,
        seconds,
        deliveries,
        deliveryP50Us,
      ]),
      [
        [0, 1, 100, 100],
        [1, 3, 300, 400],
      ],
    );
  });

  test("a rate that was reached in half of the time is the harmonic mean of the slices'", () => {
    const halved = mergeSlices([sliceOf(), sliceOf({ achievedShare: 0.5 })], WARM_UP);
    assert.ok(Math.abs(halved.achievedShare - 2 / 3) < 1e-12);
  });

  test("a slice without deliveries says nothing of what they cost", () => {
    const none = sliceOf({ delivered: 0, lost: 100 });
    assert.equal(mergeSlices([quick, none], WARM_UP).serverCpuUsPerDelivery, 10);
    assert.equal(mergeSlices([none, none], WARM_UP).serverCpuUsPerDelivery, undefined);
  });

  test("a figure that one slice lacks is none of the launch's, wherever in it the slice was", () => {
    const unknown = sliceOf();
    for (const slices of [
      [quick, unknown],
      [unknown, quick],
    ]) {
      const { serverCpuUsPerDelivery, sliced } = mergeSlices(slices, WARM_UP);
      assert.deepEqual(
        [serverCpuUsPerDelivery, sliced?.cpuUsPerDelivery, sliced?.p50Us],
        [undefined, undefined, undefined],
      );
    }
  });

  test("the pressure on the host is known where every slice knows it", () => {
    const pressed = (cpuPressure: number) => sliceOf({ host: { otherCpus: 0, cpuPressure } });
    assert.equal(mergeSlices([pressed(0.25), pressed(0.75)], WARM_UP).host.cpuPressure, 0.5);
    assert.equal(mergeSlices([pressed(0.25), quick], WARM_UP).host.cpuPressure, undefined);
  });

  test("the warm-up is the launch's own", () => {
    assert.deepEqual(merged.warmup, { seconds: 2, steadiness: "steady", cpuDrift: -0.01, publishes: 300 });
    assert.equal(mergeSlices([quick], { ...WARM_UP, warm: false }).warmup.steadiness, "unsteady");
  });

  test("what comes out is a result like any other, and nothing comes of nothing", () => {
    assert.deepEqual(metricsSchema.parse(merged), merged);
    assert.throws(() => mergeSlices([], WARM_UP), RangeError);
  });
});

test("the geometric mean of nothing, or of what is not above zero, is none", () => {
  assert.ok(Math.abs((logMean([1, 10, 100]) ?? 0) - 10) < 1e-12);
  for (const values of [[], [1, undefined], [1, 0], [1, -1]]) assert.equal(logMean(values), undefined);
});

describe("what a transport's slices of one scenario come to", () => {
  const measured = (reason?: string): Measured => ({
    metrics: sliceOf({ deliveryLatencyUs: latency(10, 100, 100) }),
    record: {
      round: 0,
      position: 0,
      startedAtSeconds: 0,
      seconds: 1,
      publishes: 10,
      deliveries: 100,
      ...(reason === undefined ? {} : { void: reason }),
    },
  });
  const outcome = (gates: LaunchSpec["gates"], ...slices: Measured[]) =>
    outcomeOf(
      { slices, warmUp: WARM_UP },
      { failure: undefined, native: false },
      { gates } as LaunchSpec,
      { plan: { loop: "open" } } as LaunchScenario,
    );
  const NOISY = "sse's server, which should have been silent, used 9.0 % of a CPU";

  test("is invalid where each was void, though together they look well", () => {
    const { state, reason } = outcome("void", measured(NOISY), measured(NOISY));
    assert.deepEqual([state, reason], ["invalid", `none of its slices was valid: ${NOISY}`]);
  });

  test("is that of those that were valid, and in a quick run of all", () => {
    assert.equal(outcome("void", measured(NOISY), measured()).state, "completed");
    assert.equal(outcome("note", measured(NOISY)).state, "completed");
  });
});
