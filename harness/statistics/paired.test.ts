import { expect, test } from "vitest";
import { comparePaired } from "./paired.ts";

/** Student 1908, hours of sleep gained on two drugs by ten patients: differences of mean 1.58, t = 4.0621. */
const SLEEP = [1.2, 2.4, 1.3, 1.3, 0, 1.0, 1.8, 0.8, 4.6, 1.4];
const ONES = Array<number>(10).fill(1);

test("Student's own example, taken as log ratios", () => {
  const comparison = comparePaired(SLEEP.map(Math.exp), ONES);
  expect(comparison?.meanLog).toBeCloseTo(1.58, 9);
  expect(comparison?.sdLog).toBeCloseTo(1.229995, 6);
  expect(comparison?.ratio).toBeCloseTo(Math.exp(1.58), 9);
  // R's t.test(extra ~ group, paired = TRUE): 95 percent confidence interval 0.7001142 2.4598858.
  expect(Math.log(comparison?.interval95.low ?? 0)).toBeCloseTo(0.7001142, 6);
  expect(Math.log(comparison?.interval95.high ?? 0)).toBeCloseTo(2.4598858, 6);
  expect(Math.log(comparison?.interval90.low ?? 0)).toBeCloseTo(
    1.58 - (1.8331 * 1.229995) / Math.sqrt(10),
    4,
  );
  // All differences but a zero are of one sign, and the zero's own sign is of no consequence: 4 of 1,024.
  expect(comparison).toMatchObject({ p: 4 / 1_024, exact: true, blocks: 10 });
});

test("what both wires share in a block does not widen the interval", () => {
  const drift = [1, 2, 4, 8, 16, 3, 5, 7, 9, 11];
  const apart = comparePaired(
    drift.map((load) => load * 1.5),
    drift,
  );
  expect(apart?.ratio).toBeCloseTo(1.5, 9);
  expect(apart?.interval95.low).toBeCloseTo(1.5, 9);
});

test("the other way round everything is inverted, and p is the same", () => {
  const [a, b] = [
    [3, 5, 4],
    [2, 6, 1],
  ];
  const forth = comparePaired(a, b);
  const back = comparePaired(b, a);
  expect(forth?.ratio).toBeCloseTo(1 / (back?.ratio ?? 0), 12);
  expect(forth?.interval95.low).toBeCloseTo(1 / (back?.interval95.high ?? 0), 9);
  expect(forth?.p).toBe(back?.p);
});

test.each([
  ["one block", [1], [2]],
  ["no block", [], []],
  ["a zero", [1, 0, 2], [1, 1, 1]],
  ["a value below zero", [1, 2, 2], [1, -1, 1]],
])("%s can't be compared", (_what, a, b) => {
  expect(comparePaired(a, b)).toBeUndefined();
});

test("two blocks can, with an interval as wide as one degree of freedom makes it", () => {
  const comparison = comparePaired([2, 3], [1, 1]);
  expect(comparison).toMatchObject({ ratio: expect.closeTo(Math.sqrt(6), 9), blocks: 2, p: 0.5 });
  expect(comparison?.interval95.high).toBeGreaterThan(10);
});

test("values that can't be paired are a fault of the caller", () => {
  expect(() => comparePaired([1, 2, 3], [1, 2])).toThrow(RangeError);
});
