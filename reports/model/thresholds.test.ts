import { expect, test } from "vitest";
import { metricsOf, resultsOf, unwell } from "./results.test-fixture.ts";
import type { Subject } from "./subject.ts";
import { type Operator, unmet } from "./thresholds.ts";

const subject = (path: string, transport = "*", scenario = "*"): Subject => ({ transport, scenario, path });
const P50 = subject("deliveryLatencyUs.p50");

/** sse takes 1 ms, grpc 2 ms. */
const RUN = resultsOf({
  transports: ["sse", "grpc"],
  trial: (trial) => ({ ...trial, metrics: metricsOf(trial.transport === "sse" ? 1 : 2) }),
});

test.each<[Operator, number, string[]]>([
  ["<", 2_000, ["grpc"]],
  ["<=", 2_000, []],
  [">", 1_000, ["sse"]],
  [">=", 1_000, []],
  ["==", 1_000, ["grpc"]],
])("a figure %s %d µs is not met by %j", (operator, limit, transports) => {
  const lines = unmet([{ subject: P50, operator, limit }], RUN);
  expect(lines.map((line) => line.split(".")[0])).toEqual(transports);
});

test("the line names the figure, what was asked and what was measured", () => {
  const one = { subject: { ...P50, transport: "grpc" }, operator: "<" as const, limit: 1_500 };
  expect(unmet([one], RUN)).toEqual([
    "grpc.notify.deliveryLatencyUs.p50 < 1.50 ms is not met: measured 2.00 ms",
  ]);
});

test("a limit is told as it was set, and a value beside it with the digits by which it misses", () => {
  const run = resultsOf({
    transports: ["sse"],
    trial: (trial) => ({ ...trial, metrics: { ...metricsOf(20.04), serverLoopUtilization: 0.996 } }),
  });
  const lines = unmet(
    [
      { subject: P50, operator: "<", limit: 20_000 },
      { subject: subject("serverLoopUtilization"), operator: "<=", limit: 0.9955 },
    ],
    run,
  );
  expect(lines).toEqual([
    "sse.notify.deliveryLatencyUs.p50 < 20.0 ms is not met: measured 20.04 ms",
    "sse.notify.serverLoopUtilization <= 99.55 % is not met: measured 99.6 %",
  ]);
});

test("the value is the one over blocks: the geometric mean, and the sum of delivery errors", () => {
  const factors = [1, 1, 8];
  const run = resultsOf({
    transports: ["sse"],
    blocks: 3,
    trial: (trial) => ({
      ...trial,
      metrics: { ...metricsOf(factors[trial.block] ?? 1), lost: trial.block === 1 ? 3 : 0 },
    }),
  });
  const equal = (path: string, limit: number) =>
    unmet([{ subject: subject(path), operator: "==", limit }], run);
  expect(equal("deliveryLatencyUs.p50", 2_000)).toEqual([]);
  expect(equal("lost", 3)).toEqual([]);
  expect(equal("lost", 0)).toEqual(["sse.notify.lost == 0 is not met: measured 3"]);
  // Of shares the worst block's: neither a mean nor a median may hide it.
  expect(equal("lostShare", 3 / 3_000)).toEqual([]);
});

test("a slope that its line does not explain is not met either", () => {
  const run = resultsOf({
    transports: ["sse"],
    trial: (trial) =>
      trial.metrics && {
        ...trial,
        metrics: {
          ...trial.metrics,
          memoryPerConnection: { steps: [], rss: { bytesPerConnection: 1, r2: 0.89 } },
        },
      },
  });
  const rule = {
    subject: subject("memoryPerConnection.rss.bytesPerConnection"),
    operator: "<" as const,
    limit: 1e9,
  };
  expect(unmet([rule], run)).toEqual([expect.stringContaining("not resolved from the noise")]);
});

test("what was not measured is not met, with the reason", () => {
  const run = resultsOf({
    transports: ["sse", "grpc", "mqtt"],
    publishes: 300,
    trial: (trial) => {
      if (trial.transport === "grpc") return unwell(trial, "saturated", "carried 61 %");
      return trial.transport === "mqtt" ? undefined : trial;
    },
  });
  const p99 = { subject: subject("deliveryLatencyUs.p99"), operator: "<" as const, limit: 1e9 };
  expect(unmet([p99], run).map((line) => line.replace(/.* is not met: /, ""))).toEqual([
    "not given: it needs 3,000 publishes a trial and had 300",
    "not measured (saturated)",
    "not measured (not run)",
  ]);
});

test("only the transport and scenario named are held to it", () => {
  const run = resultsOf({ transports: ["sse", "grpc"], scenarios: ["notify", "fan-out"] });
  const lines = (transport: string, scenario: string) =>
    unmet([{ subject: { ...P50, transport, scenario }, operator: "<", limit: 1 }], run).length;
  expect([lines("sse", "fan-out"), lines("*", "notify"), lines("*", "*")]).toEqual([1, 2, 4]);
});
