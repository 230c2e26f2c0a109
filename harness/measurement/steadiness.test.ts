import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { createRandom } from "../../core/random.ts";
import { driftOf, STEADY_WINDOWS } from "./steadiness.ts";

describe("drift of the last windows", () => {
  test("can't be told from fewer windows than five", () => {
    assert.equal(driftOf([1, 1, 1, 1]), undefined);
  });

  test("is none in a flat series, and only the last windows count", () => {
    assert.deepEqual(driftOf([9, 9, 9, 2, 2, 2, 2, 2]), { change: 0, steady: true });
  });

  test("is that of the fitted line", () => {
    const drift = driftOf([100, 110, 120, 130, 140]);
    assert.ok(drift && Math.abs(drift.change - 40 / 120) < 1e-12);
    assert.equal(drift.steady, false);
  });

  test("is let pass under five percent", () => {
    assert.equal(driftOf([100, 101, 102, 103, 104])?.steady, true);
  });

  test("of code that is still being compiled is seen", () => {
    assert.equal(driftOf([2_000, 1_500, 1_250, 1_120, 1_060])?.steady, false);
  });

  test("of one cold window before four warm ones is seen, though no line fits them", () => {
    assert.equal(driftOf([9_000, 2_000, 1_950, 2_010, 1_980])?.steady, false);
  });

  test("is seldom seen where there is none, however the windows scatter; their range would call nearly all unsteady", () => {
    const random = createRandom(1);
    const noisy = () => 1 + 0.06 * (random() + random() + random() - 1.5) * 2;
    const rounds = 2_000;
    let unsteady = 0;
    let wide = 0;
    for (let round = 0; round < rounds; round += 1) {
      const windows = Array.from({ length: STEADY_WINDOWS }, noisy);
      if (!driftOf(windows)?.steady) unsteady += 1;
      if (Math.max(...windows) / Math.min(...windows) > 1.05) wide += 1;
    }
    assert.ok(unsteady / rounds < 0.07, `${unsteady} of ${rounds} called unsteady`);
    assert.ok(wide / rounds > 0.9, `the range calls ${wide} of ${rounds} unsteady`);
  });
});
