import { expect, test } from "vitest";
import { createRandom } from "../../core/random.ts";
import { compareAllPairs } from "./all-pairs.ts";
import { maxTIntervals } from "./max-t.test-fixture.ts";
import { studentizedRange, tukeyIntervals } from "./tukey.test-fixture.ts";

// Printed in any table of the studentized range, e.g. Harter 1960; upper 5 % and 1 %.
test.each([
  [3, 10, 3.877, 5.27],
  [4, 12, 4.199, 5.502],
  [6, 5, 6.033, 8.913],
  [6, 15, 4.595, 5.8],
  [6, 20, 4.445, 5.51],
  [10, 20, 5.008, 6.091],
  [8, 60, 4.441, 5.25],
])(
  "the studentized range of %i means with %i degrees of freedom is the printed one to three digits",
  (groups, dof, q95, q99) => {
    expect(Math.abs(studentizedRange(0.95, groups, dof) / q95 - 1)).toBeLessThan(5e-4);
    expect(Math.abs(studentizedRange(0.99, groups, dof) / q99 - 1)).toBeLessThan(1e-3);
  },
);

test("with two degrees of freedom it is not: 26.6 at 1 % for six means, by numerical integration", () => {
  expect(studentizedRange(0.99, 6, 2)).toBeGreaterThan(27);
});

const values = [
  [1, 1.1, 0.9, 1, 1.05, 0.98],
  [1.3, 1.5, 1.2, 1.25, 1.4, 1.3],
  [1.1, 1.15, 1, 1.2, 1.1, 1],
];

test("Tukey's intervals have the ratios of the lab's, and with like noise nearly their width", () => {
  const lab = compareAllPairs(values).pairs;
  for (const [at, { low, high }] of tukeyIntervals(values).entries()) {
    expect(Math.sqrt(low * high)).toBeCloseTo(lab[at]?.ratio ?? 0, 9);
    expect(high).toBeGreaterThan(low);
  }
});

test("resampled intervals hold the ratios too; with four launches and six transports they say nothing", () => {
  const intervals = maxTIntervals(values, createRandom(1));
  for (const [at, { low, high }] of intervals.entries())
    expect(Math.sqrt(low * high)).toBeCloseTo(compareAllPairs(values).pairs[at]?.ratio ?? 0, 9);
  const random = createRandom(2);
  const few = Array.from({ length: 6 }, () => Array.from({ length: 4 }, () => 1 + 0.05 * random()));
  const lab = compareAllPairs(few).pairs.map(({ interval: { low, high } }) => Math.log(high / low));
  for (const [at, { low, high }] of maxTIntervals(few, random).entries())
    expect(Math.log(high / low)).toBeGreaterThan(2 * (lab[at] ?? Number.NaN));
});
