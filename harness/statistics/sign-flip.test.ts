import { expect, test } from "vitest";
import { signFlip, smallestP } from "./sign-flip.ts";

/** Darwin's maize, crossed minus self-fertilised, in eighths of an inch; Fisher 1935, section 21: 863 of 32,768 patterns each way. */
const MAIZE = [49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48];

test("Fisher's own example comes out as he printed it", () => {
  expect(signFlip(MAIZE)).toEqual({ p: (2 * 863) / 2 ** 15, exact: true });
});

test.each([2, 5, 10, 20])("%i differences of one sign leave only the two extreme patterns", (n) => {
  const differences = Array.from({ length: n }, (_, index) => 0.1 + index / 7);
  expect(signFlip(differences)).toEqual({ p: 2 / 2 ** n, exact: true });
  expect(signFlip(differences.map((one) => -one)).p).toBe(smallestP(n));
});

test("equal differences of one sign are as extreme, though their sums round", () => {
  expect(signFlip(Array(10).fill(0.1)).p).toBe(2 / 1024);
});

test("no difference at all is what chance always gives", () => {
  expect(signFlip([0, 0, 0, 0])).toEqual({ p: 1, exact: true });
  expect(signFlip([1, -1, 2, -2]).p).toBe(1);
});

test("all patterns counted one by one give the same p", () => {
  const differences = [0.3, -0.1, 0.25, 0.07, -0.02, 0.4, 0.11];
  const target = Math.abs(differences.reduce((sum, one) => sum + one, 0));
  const sums = Array.from({ length: 2 ** 7 }, (_, bits) =>
    differences.reduce((sum, one, index) => sum + (bits & (1 << index) ? one : -one), 0),
  );
  const beyond = sums.filter((sum) => Math.abs(sum) >= target - 1e-12).length;
  expect(signFlip(differences).p).toBe(beyond / 2 ** 7);
});

test("beyond twenty differences p is a seeded estimate, named as such, near the exact one and never zero", () => {
  const twice = [...MAIZE, ...MAIZE];
  const { p, exact } = signFlip(twice, 7);
  expect(exact).toBe(false);
  expect(signFlip(twice, 7).p).toBe(p);
  expect(signFlip(twice, 8).p).not.toBe(p);
  // The normal approximation: z = 628 / sqrt(2 x 26,518) = 2.727.
  expect(p).toBeGreaterThan(0.0064 - 0.003);
  expect(p).toBeLessThan(0.0064 + 0.003);
  expect(signFlip(Array(30).fill(1), 1, 999).p).toBe(1 / 1_000);
});
