import { expect, test } from "vitest";
import { tQuantile, twoSidedP } from "./student.ts";

// Printed in any table of Student's distribution, e.g. NIST/SEMATECH e-Handbook, 1.3.6.7.2.
const TABLE = [
  [1, 6.314, 12.706, 63.657],
  [2, 2.92, 4.303, 9.925],
  [9, 1.833, 2.262, 3.25],
  [30, 1.697, 2.042, 2.75],
  [100, 1.66, 1.984, 2.626],
] as const;

test.each(TABLE)("with %i degrees of freedom the quantiles are those printed", (dof, t90, t95, t99) => {
  expect(tQuantile(0.95, dof)).toBeCloseTo(t90, 3);
  expect(tQuantile(0.975, dof)).toBeCloseTo(t95, 3);
  expect(tQuantile(0.995, dof)).toBeCloseTo(t99, 3);
  expect(tQuantile(0.025, dof)).toBeCloseTo(-t95, 3);
});

test.each(TABLE)("with %i degrees of freedom the printed t have their p, both ways", (dof, t90, t95, t99) => {
  expect(twoSidedP(t90, dof)).toBeCloseTo(0.1, 4);
  expect(twoSidedP(t95, dof)).toBeCloseTo(0.05, 4);
  expect(twoSidedP(-t99, dof)).toBeCloseTo(0.01, 4);
});

test("no difference has p 1, an endless one 0, a huge one something between", () => {
  expect(twoSidedP(0, 9)).toBeCloseTo(1, 9);
  expect(twoSidedP(Number.POSITIVE_INFINITY, 9)).toBe(0);
  // With 1 degree of freedom (Cauchy) the tails are 2 / (pi t).
  expect(twoSidedP(1e9, 1) * 1e9).toBeCloseTo(2 / Math.PI, 3);
});
