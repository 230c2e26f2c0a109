import assert from "node:assert/strict";
import { test } from "vitest";
import { crossoversOf, type SweepValue } from "./crossover.ts";

/** value = factor x at^power, within so many per cent. */
const line = (name: string, factor: number, power: number, spread: number) => ({
  name,
  values: [16, 64, 256, 1_024].map((at): SweepValue => {
    const value = factor * at ** power;
    return { at, value, interval: { low: value * (1 - spread), high: value * (1 + spread) } };
  }),
});

test("two straight lines cross where they should, between the points that tell them apart", () => {
  // 100 = at^1 at 100.
  const found = crossoversOf(line("flat", 100, 0, 0.05), line("steep", 1, 1, 0.05));
  assert.equal(found.length, 1);
  assert.deepEqual([found[0]?.between, found[0]?.before, found[0]?.after], [[64, 256], "steep", "flat"]);
  assert.ok(Math.abs((found[0]?.estimate ?? 0) - 100) < 1e-9);
});

test("a crossing that the intervals don't resolve next to it is bracketed by points that they do", () => {
  const found = crossoversOf(line("flat", 100, 0, 0.3), line("steep", 1, 1, 0.3));
  assert.deepEqual(found[0]?.between, [16, 256]);
});

test("none where the intervals overlap on one side, or where the lines don't cross", () => {
  assert.deepEqual(crossoversOf(line("flat", 100, 0, 0.9), line("steep", 1, 1, 0.9)), []);
  assert.deepEqual(crossoversOf(line("low", 1, 0.5, 0.01), line("high", 2, 0.5, 0.01)), []);
});
