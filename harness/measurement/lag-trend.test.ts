import assert from "node:assert/strict";
import { test } from "vitest";
import { LagTrendRecorder } from "./lag-trend.ts";

test("a third takes the sends that were due in it, and the least of their lags", () => {
  const recorder = new LagTrendRecorder(3_000);
  for (const [dueUs, lagUs] of [
    [0, 7],
    [999, 5],
    [1_000, 1],
    [1_999, 1],
    [2_000, 30],
    [2_500, 20],
    [2_999, 40],
  ] as const)
    recorder.record(dueUs, lagUs);
  assert.deepEqual(recorder.trend(), {
    sends: { first: 2, last: 3 },
    leastUs: { first: 5, last: 20 },
    endUs: 40,
  });
});

test("without sends all is 0", () => {
  assert.deepEqual(new LagTrendRecorder(3_000).trend(), {
    sends: { first: 0, last: 0 },
    leastUs: { first: 0, last: 0 },
    endUs: 0,
  });
});
