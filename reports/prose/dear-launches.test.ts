import { expect, test } from "vitest";
import { resultsOf } from "../model/results.test-fixture.ts";
import { dearLaunches } from "./dear-launches.ts";
import { briefWarningsOf, warningsOf } from "./warnings.ts";

const run = (cpuUs: readonly number[]) =>
  resultsOf({
    transports: ["websocket", "sse"],
    blocks: cpuUs.length,
    trial: (trial) => {
      const own = trial.transport === "sse" ? cpuUs[trial.block] : 100;
      return trial.metrics && own !== undefined
        ? { ...trial, metrics: { ...trial.metrics, serverCpuUsPerDelivery: own } }
        : trial;
    },
  });

test("a launch that took over twice the CPU of the median one is told, with the figure with and without it", () => {
  const results = run([100, 100, 250, 100]);
  expect(dearLaunches(results)).toEqual([
    "sse in notify, block 3: up to 2.50x the server CPU of its median block; 126 µs per delivery with it, 100 µs without.",
  ]);
  for (const warnings of [warningsOf(results), briefWarningsOf(results)])
    expect(warnings.join("\n")).toContain("sse in notify, block 3: up to 2.50x");
});

test("what is within twice the median, and what has nothing to be held against, is not", () => {
  expect(dearLaunches(run([100, 100, 199, 100]))).toEqual([]);
  expect(dearLaunches(run([100, 250]))).toEqual([]);
});
