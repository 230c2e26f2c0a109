import { expect, test } from "vitest";
import { LOOKS, levelAfter, lookLevels } from "./looks.ts";

test("five looks at equal steps spend what Lan and DeMets's program prints for Pocock's function", () => {
  // Cumulative: 0.01477, 0.02616, 0.03543, 0.04324, 0.05.
  const levels = lookLevels([2, 4, 6, 8, 10], 10);
  const printed = [0.01477, 0.02616, 0.03543, 0.04324, 0.05];
  let spent = 0;
  for (const [look, level] of levels.entries()) {
    spent += level;
    expect(spent).toBeCloseTo(printed[look] ?? 0, 5);
  }
});

test("a single look at the end spends everything, and the lab's looks together spend as much", () => {
  expect(lookLevels([14], 14)).toEqual([expect.closeTo(0.05, 12)]);
  const levels = lookLevels(LOOKS, 14);
  expect(levels.reduce((sum, one) => sum + one, 0)).toBeCloseTo(0.05, 12);
  expect(levels[0]).toBeCloseTo(0.02, 3);
  for (const level of levels) expect(level).toBeGreaterThan(0.008);
});

test("a look that comes unplanned leaves those before it as they were, and the rest unspent", () => {
  const stopped = lookLevels([4, 7, 8], 14);
  expect(stopped.slice(0, 2)).toEqual(lookLevels(LOOKS, 14).slice(0, 2));
  expect(stopped.reduce((sum, one) => sum + one, 0)).toBeLessThan(0.05);
});

test("what is left for a look is the same whether it was planned or came because the run was stopped", () => {
  const [first = 0, second = 0] = lookLevels(LOOKS, 14);
  expect(levelAfter(4, [4], 14)).toBe(first);
  expect(levelAfter(7, [4, 7], 14)).toBe(second);
  expect(levelAfter(5, [4], 14)).toBe(lookLevels([4, 5], 14)[1]);
  expect(levelAfter(14, [], 14)).toBeCloseTo(0.05, 12);
});
