import { expect, test } from "vitest";
import { boundaries, LOOKS, lookLevels } from "./looks.ts";
import { normalAbove } from "./normal.ts";

test("five looks at equal steps have the boundaries that Lan and DeMets's program prints for Pocock's spending", () => {
  const printed = [2.438, 2.427, 2.41, 2.397, 2.386];
  for (const [look, z] of boundaries([0.2, 0.4, 0.6, 0.8, 1], 0.05).entries())
    expect(z).toBeCloseTo(printed[look] ?? 0, 3);
});

test("a single look at the end spends everything", () => {
  expect(boundaries([1], 0.05)).toEqual([expect.closeTo(1.959964, 5)]);
  expect(lookLevels([14], { most: 14, pairs: 15 })).toEqual([expect.closeTo(0.05, 6)]);
});

test("the first of the lab's looks gets what is spent by then, all get less than the family's level and more than a plain share", () => {
  const levels = lookLevels(LOOKS, { most: 14, pairs: 15 });
  const ofOne = 1 - 0.95 ** (1 / 15);
  const first = ofOne * Math.log(1 + (Math.E - 1) * (4 / 14));
  expect(levels[0]).toBeCloseTo(1 - (1 - first) ** 15, 6);
  for (const level of levels) {
    expect(level).toBeLessThan(0.025);
    expect(level).toBeGreaterThan(0.0125);
  }
});

test("a look that comes unplanned leaves those before it as they were", () => {
  const planned = lookLevels(LOOKS, { most: 14, pairs: 15 });
  const stopped = lookLevels([4, 7, 8], { most: 14, pairs: 15 });
  expect(stopped.slice(0, 2)).toEqual(planned.slice(0, 2).map((one) => expect.closeTo(one, 9)));
  expect(stopped[2]).toBeLessThan(planned[2] ?? 0);
});

test("the normal quantile is right far out", () => {
  expect(normalAbove(0.025)).toBeCloseTo(1.959964, 6);
  expect(normalAbove(2.866516e-7)).toBeCloseTo(5, 6);
});
