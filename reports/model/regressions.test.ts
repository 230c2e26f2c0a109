import { expect, test } from "vitest";
import type { Metrics, Results } from "../../harness/result/result.ts";
import { regressions } from "./regressions.ts";
import { metricsOf, resultsOf, unwell } from "./results.test-fixture.ts";

/** A run of one transport, a value of the factor for each block. */
function runOf(factors: readonly number[], change: (metrics: Metrics) => Metrics = (same) => same): Results {
  return resultsOf({
    transports: ["sse"],
    blocks: factors.length,
    trial: (trial) => ({ ...trial, metrics: change(metricsOf(factors[trial.block] ?? 1)) }),
  });
}

const allow = (percent: number, path = "deliveryLatencyUs.p50") => [
  { subject: { transport: "*", scenario: "*", path }, limit: percent / 100 },
];

test("a figure that is surely worse by more than allowed is one line with both values", () => {
  const lines = regressions(allow(10), runOf([1, 1.01, 0.99, 1]), runOf([1.2, 1.21, 1.2, 1.2]));
  expect(lines).toEqual([
    "sse.notify.deliveryLatencyUs.p50 is 20.3 % worse: 1,000 µs before, 1.20 ms now (95 %: 1.19–1.21x); allowed 10 %",
  ]);
});

test("within the allowance, or better, nothing is said", () => {
  expect(regressions(allow(25), runOf([1, 1, 1]), runOf([1.2, 1.2, 1.2]))).toEqual([]);
  expect(regressions(allow(0), runOf([1, 1, 1]), runOf([0.8, 0.8, 0.8]))).toEqual([]);
});

test("a change that the blocks do not support does not fail", () => {
  const noisy = regressions(allow(10), runOf([1, 1, 1]), runOf([2, 0.7, 1.3]));
  expect(noisy).toEqual([]);
  const same = regressions(allow(10), runOf([1, 1, 1]), runOf([1.3, 1.2, 1.25]));
  expect(same).toHaveLength(1);
});

test("the figures of one rule are one family: what fails alone may be noise among many", () => {
  // Worse by 20 % on average, with an interval that begins at 1.01 alone.
  const factors = [1, 1.25, 1.15, 1.35, 1.05, 1.42];
  const before = (names: readonly string[]) =>
    resultsOf({
      transports: names,
      blocks: factors.length,
      trial: (trial) => ({ ...trial, metrics: metricsOf(1) }),
    });
  const after = (names: readonly string[]) =>
    resultsOf({
      transports: names,
      blocks: factors.length,
      trial: (trial) => ({ ...trial, metrics: metricsOf(factors[trial.block] ?? 1) }),
    });
  const linesOf = (...names: string[]) => regressions(allow(10), before(names), after(names));
  expect(linesOf("sse")).toHaveLength(1);
  expect(linesOf("sse", "grpc", "mqtt", "websocket", "socketio", "long-polling")).toEqual([]);
});

test("of single blocks the plain ratio counts, and the line says that it can't tell noise", () => {
  const [line] = regressions(allow(10), runOf([1]), runOf([1.2]));
  expect(line).toMatch(/is 20 % worse: .* \(no interval, so this can't be told from noise\)/);
  expect(regressions(allow(10), runOf([1]), runOf([1.09]))).toEqual([]);
});

test("a throughput is worse when it falls", () => {
  const throughput = (perSecond: number) =>
    runOf([1, 1, 1], (metrics) => ({ ...metrics, deliveriesPerSecond: perSecond }));
  expect(regressions(allow(10, "deliveriesPerSecond"), throughput(50), throughput(40))[0]).toMatch(
    /is 25 % worse/,
  );
  expect(regressions(allow(10, "deliveriesPerSecond"), throughput(40), throughput(50))).toEqual([]);
});

test("delivering more after an outage is no regression, delivering less is", () => {
  const run = (delivered: number) =>
    runOf([1, 1, 1], (metrics) => ({
      ...metrics,
      resumption: {
        accepted: 10,
        subscribers: 10,
        due: 100,
        delivered,
        replayed: 0,
        declaredLost: 0,
        undeclaredLost: 100 - delivered,
        told: 0,
      },
    }));
  expect(regressions(allow(10, "resumption.delivered"), run(50), run(90))).toEqual([]);
  expect(regressions(allow(10, "resumption.delivered"), run(90), run(50))[0]).toMatch(/is 80 % worse/);
});

test("delivery errors are compared as totals, also from none", () => {
  const lost = (each: number) => runOf([1, 1, 1], (metrics) => ({ ...metrics, lost: each }));
  expect(regressions(allow(10, "lost"), lost(0), lost(1))).toEqual([
    "sse.notify.lost is worse: 0 before, 3 now (totals over blocks); allowed 10 %",
  ]);
  expect(regressions(allow(10, "lost"), lost(0), lost(0))).toEqual([]);
});

test("a figure that is there no more is worse; one that never was can't be compared, and says so", () => {
  const gone = resultsOf({ transports: ["sse"], trial: (trial) => unwell(trial, "failed", "no server") });
  expect(regressions(allow(10), runOf([1]), gone)).toEqual([
    "sse.notify.deliveryLatencyUs.p50 was 1.00 ms and is not measured (failed)",
  ]);
  expect(regressions(allow(10), gone, runOf([1]))).toEqual([
    "*.*.deliveryLatencyUs.p50: measured nowhere in A, so that nothing can be compared with it",
  ]);
  expect(regressions(allow(10), runOf([1]), resultsOf({ transports: ["grpc"] }))).toEqual([
    "*.*.deliveryLatencyUs.p50: no such figure is in both runs",
  ]);
});
