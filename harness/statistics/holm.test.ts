import { expect, test } from "vitest";
import { holm } from "./holm.ts";

const rounded = (ps: readonly number[]) => holm(ps).map(({ p }) => Number(p.toFixed(6)));

test("the worked example: 4 x 0.005, 3 x 0.01, 2 x 0.03, and 0.04 no less than the one before", () => {
  // By Holm 1979 (as R's p.adjust gives it too).
  expect(rounded([0.01, 0.04, 0.03, 0.005])).toEqual([0.03, 0.06, 0.06, 0.02]);
});

test("equal p all get the factor of the first", () => {
  expect(holm([0.002, 0.002, 0.002]).map(({ factor }) => factor)).toEqual([3, 3, 3]);
});

test("the factor is kept where p is cut at 1", () => {
  expect(holm([0.5, 0.9])).toEqual([
    { p: 1, factor: 2 },
    { p: 1, factor: expect.closeTo(1 / 0.9, 9) },
  ]);
});

test("one test alone needs no correction, none has none", () => {
  expect(holm([0.04])).toEqual([{ p: 0.04, factor: 1 }]);
  expect(holm([])).toEqual([]);
});

test("all fifteen pairs of six wires can be significant with ten blocks", () => {
  const [worst] = holm(Array(15).fill(2 / 1024));
  expect(worst?.p).toBeCloseTo(0.0293, 4);
});
