import { expect, test } from "vitest";
import { aaBand, marginOf } from "./margin.ts";
import { type Comparison, comparePaired } from "./paired.ts";
import { judge } from "./verdict.ts";

function aa(...ratios: number[]): Comparison {
  const comparison = comparePaired(
    ratios,
    ratios.map(() => 1),
  );
  if (!comparison) throw new Error("the fixture has no comparison");
  return comparison;
}

const QUIET = aa(1.01, 0.99, 1.005, 0.995);
const NOISY = aa(1.3, 0.8, 1.1, 0.9);

test("without an A/A pair, or with a quiet one, the margin is 5 %", () => {
  expect(marginOf([])).toBe(0.05);
  expect(marginOf([QUIET])).toBe(0.05);
});

test("a noisy A/A pair widens it to its band, the widest of several", () => {
  expect(marginOf([QUIET, NOISY])).toBe(aaBand(NOISY));
  expect(aaBand(NOISY)).toBeCloseTo(NOISY.interval90.high - 1, 12);
});

test("the band is the same whichever of the two names stands first", () => {
  const slower = aa(1.3, 1.1, 1.2);
  const faster = aa(1 / 1.3, 1 / 1.1, 1 / 1.2);
  expect(aaBand(faster)).toBeCloseTo(aaBand(slower), 12);
});

test("by its own band an A/A pair is a tie", () => {
  const ten = aa(1.3, 0.8, 1.1, 0.9, 1.05, 1.2, 0.7, 1.15, 0.95, 1.02);
  expect(judge([ten], 0.05)[0]?.verdict).not.toBe("tie");
  expect(judge([ten], marginOf([ten]) + 1e-9)[0]?.verdict).toBe("tie");
});
