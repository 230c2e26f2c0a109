import { expect, test } from "vitest";
import type { PairEstimate } from "./all-pairs.ts";
import { furtherLaunches, powerAt } from "./power.ts";

function pair(meanLog: number, standardError: number, launches: number, dof: number): PairEstimate {
  const interval = { low: 0.5, high: 2 };
  return {
    a: 0,
    b: 1,
    ratio: Math.exp(meanLog),
    interval,
    equalityInterval: interval,
    meanLog,
    standardError,
    dof,
    launches,
  };
}

test("the power of one pair is that of the paired t-test: n = 10, effect one standard deviation, 0.803", () => {
  // G*Power and any textbook's table: two-sided 5 %, d = 1, n = 10: 0.8031. The margin is put out of the way.
  const power = powerAt(pair(1, 1 / Math.sqrt(10), 10, 9), 10, "different", { pairs: 1, margin: 0 });
  expect(power).toBeCloseTo(0.803, 2);
});

test("the power of an equality is that of two one-sided tests: sd 0.1, 20 launches, margin 0.0953, 0.98", () => {
  // For a true 0 and known sd: 2 phi((bound - t se) / se) - 1 with t(19) = 1.729 and bound / se = 4.262.
  const power = powerAt(pair(0, 0.1 / Math.sqrt(20), 20, 19), 20, "practically equal", {
    pairs: 1,
    margin: 0.1,
  });
  expect(power).toBeGreaterThan(0.975);
  expect(power).toBeLessThan(0.99);
});

test("the further launches are the first with which the power is 80 %", () => {
  const options = { pairs: 15 };
  for (const one of [pair(0.1, 0.06, 4, 12), pair(0.02, 0.04, 4, 12), pair(-0.15, 0.1, 7, 20)]) {
    const found = furtherLaunches(one, options);
    expect(found).toBeDefined();
    const { launches = 0, verdict = "different" } = found ?? {};
    const at = (n: number) => powerAt(one, n, verdict, options);
    expect(at(one.launches + launches)).toBeGreaterThanOrEqual(0.8);
    if (launches > 1) expect(at(one.launches + launches - 1)).toBeLessThan(0.8);
  }
});

test("within the margin only an equality can come of it, beyond only a difference", () => {
  expect(furtherLaunches(pair(0.03, 0.03, 4, 12), { pairs: 15 })?.verdict).toBe("practically equal");
  expect(furtherLaunches(pair(0.1, 0.06, 4, 12), { pairs: 15 })?.verdict).toBe("different");
});

test("on the margin and within the A/A band no number of launches tells", () => {
  expect(furtherLaunches(pair(Math.log(1.0499), 0.05, 4, 12), { pairs: 15 })).toBeUndefined();
  expect(furtherLaunches(pair(0.1, 0.06, 4, 12), { pairs: 15, aaBand: 0.12 })).toBeUndefined();
});

test("more pairs, a stricter level and an A/A band each ask for more launches", () => {
  const one = pair(0.12, 0.07, 4, 12);
  const needed = (options: Parameters<typeof furtherLaunches>[1]) =>
    furtherLaunches(one, options)?.launches ?? 0;
  const plain = needed({ pairs: 3 });
  expect(needed({ pairs: 15 })).toBeGreaterThan(plain);
  expect(needed({ pairs: 3, level: 0.01 })).toBeGreaterThan(plain);
  expect(needed({ pairs: 3, aaBand: 0.05 })).toBeGreaterThan(plain);
});

test("without noise a further launch tells, or none ever does", () => {
  expect(furtherLaunches(pair(0.2, 0, 4, 12), { pairs: 15 })?.launches).toBe(1);
  expect(furtherLaunches(pair(0.2, 0, 4, 12), { pairs: 15, aaBand: 0.3 })).toBeUndefined();
});
