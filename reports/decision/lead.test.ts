import { expect, test } from "vitest";
import { twoSidedP } from "../../harness/statistics/student.ts";
import type { InputFigure } from "./input.ts";
import { provenBehind, shareWithin } from "./lead.ts";

/** One figure, its values by transport and block. */
function figure(...blocks: (number | null)[][]): InputFigure {
  return {
    criterion: 0,
    scenario: 0,
    label: "x",
    path: "x",
    values: [],
    missing: [],
    blocks,
    tested: [],
  };
}

const QUICK = figure([100, 101, 99, 100], [130, 131, 129, 130]);

test("the share within |t| is that of the library", () => {
  for (const dof of [1, 2, 3, 4, 7, 9, 13, 40])
    for (const t of [0.1, 1, 2.5, 4, 9]) expect(shareWithin(t, dof)).toBeCloseTo(1 - twoSidedP(t, dof), 6);
});

test("a lead in each figure is one in their sum", () => {
  expect(provenBehind([QUICK, QUICK], [0.5, 0.5], [0], [1], 0.05)).toEqual([1]);
  expect(provenBehind([QUICK], [1], [1], [0], 0.05)).toEqual([]);
  // Surely, by the level that is asked for.
  expect(provenBehind([QUICK], [1], [0], [1], 1e-9)).toEqual([]);
});

test("who is surely faster and surely dearer by as much is not surely ahead", () => {
  const dear = figure([129, 134, 126, 129], [100, 99, 101, 100]);
  expect(provenBehind([QUICK, dear], [0.5, 0.5], [0], [1], 0.05)).toEqual([]);
  // But by other weights it is.
  expect(provenBehind([QUICK, dear], [0.9, 0.1], [0], [1], 0.05)).toEqual([1]);
});

test("a rival that missed blocks takes nothing from a lead over the others, and without rivals nothing is to be proved", () => {
  const three = figure([100, 101, 99, 100, null], [130, 131, null, 130, 129], [150, null, 150, 151, 149]);
  expect(provenBehind([three], [1], [0], [1, 2], 0.05)).toEqual([1, 2]);
  expect(provenBehind([figure([1, 1], [1, 1])], [1], [0, 1], [], 0.05)).toEqual([]);
});

test("fewer than three blocks in common prove nothing, and figures without noise do", () => {
  expect(provenBehind([figure([1, 1, null, null], [9, 9, 9, 9])], [1], [0], [1], 0.05)).toEqual([]);
  expect(provenBehind([figure([1, 1, 1], [2, 2, 2])], [1], [0], [1], 0.05)).toEqual([1]);
  expect(provenBehind([figure([1, 1, 1], [1, 1, 1])], [1], [0], [1], 0.05)).toEqual([]);
});

test("of several rivals it names those that are behind, also where one is not", () => {
  const mixed = figure([100, 101, 99, 100], [99, 104, 98, 101], [150, 151, 149, 150]);
  expect(provenBehind([mixed], [1], [0], [1, 2], 0.05)).toEqual([2]);
});
