import { expect, test } from "vitest";
import { estimateOf, medianOf } from "./estimate.ts";

test("three values: the geometric mean, and its interval by the table's t of 4.303", () => {
  const { value, kind, interval } = estimateOf([1, Math.E, Math.E ** 2]);
  expect(kind).toBe("geometric mean");
  expect(value).toBeCloseTo(Math.E, 12);
  // Logarithms 0, 1, 2: mean 1, deviation 1, half width 4.303 / sqrt(3).
  expect(Math.log(interval?.low ?? 0)).toBeCloseTo(1 - 4.3027 / Math.sqrt(3), 3);
  expect(Math.log(interval?.high ?? 0)).toBeCloseTo(1 + 4.3027 / Math.sqrt(3), 3);
});

test("the interval scales with the unit", () => {
  const values = [1.8, 2.1, 1.9, 2.4];
  const micros = estimateOf(values.map((value) => value * 1_000));
  expect(micros.interval?.high).toBeCloseTo((estimateOf(values).interval?.high ?? 0) * 1_000, 6);
});

test("values without spread have an interval without width", () => {
  const { value, interval } = estimateOf([7, 7, 7]);
  expect([value, interval?.low, interval?.high].map((one) => one?.toFixed(9))).toEqual(
    Array(3).fill("7.000000000"),
  );
});

test.each([
  ["two values", [1, 3], 2],
  ["one value", [5], 5],
  ["a value of zero", [0, 4, 8, 10], 6],
  ["a value below zero", [-1, 4, 8], 4],
])("%s: the median, and no interval", (_what, values, median) => {
  expect(estimateOf(values)).toEqual({ value: median, kind: "median" });
});

test("an interval that no number can write is none", () => {
  expect(estimateOf([1e-300, 1, 1e300])).not.toHaveProperty("interval");
});

test("the median of an even number lies between the middle two, in whatever order they come", () => {
  expect(medianOf([10, 1, 3, 2])).toBe(2.5);
});
