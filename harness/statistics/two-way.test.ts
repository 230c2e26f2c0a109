import { expect, test } from "vitest";
import { createRandom } from "../../core/random.ts";
import { inverseOf } from "./inverse.ts";
import { standardNormal } from "./normal.ts";
import { fitTwoWay } from "./two-way.ts";
import { sameVarianceP } from "./variance-check.ts";

test("a complete table is Fisher's: row means, and what rows and columns leave", () => {
  const fit = fitTwoWay([
    [1, 2, 6],
    [3, 5, 7],
  ]);
  // Means 3 and 5; residuals 1 - 3 - 2 + 4 = 0, 2 - 3 - 3.5 + 4 = -0.5, 6 - 3 - 6.5 + 4 = 0.5, and their mirror.
  expect(fit.contrast(0, 1)).toEqual({ difference: expect.closeTo(-2, 9), factor: expect.closeTo(2 / 3, 9) });
  expect(fit.residuals.flat()).toEqual([0, -0.5, 0.5, 0, 0.5, -0.5].map((one) => expect.closeTo(one, 9)));
  expect(fit.dof).toBe(2);
  expect(fit.variance).toBeCloseTo(1 / 2, 9);
});

test("an additive table with holes is recovered exactly, by way of other transports where two never ran together", () => {
  const effects = [0, 0.3, -0.2];
  const launches = [5, 7, 6, 9];
  const holes = new Set(["0 2", "0 3", "2 0", "2 1", "1 1"]);
  const fit = fitTwoWay(
    effects.map((effect, a) =>
      launches.map((launch, l) => (holes.has(`${a} ${l}`) ? undefined : effect + launch)),
    ),
  );
  expect(fit.contrast(0, 1)?.difference).toBeCloseTo(-0.3, 9);
  expect(fit.contrast(2, 0)?.difference).toBeCloseTo(-0.2, 9);
  expect(fit.contrast(0, 2)?.factor).toBeGreaterThan(fit.contrast(0, 1)?.factor ?? Number.NaN);
  expect(fit.residuals.flat().every((one) => one === undefined || Math.abs(one) < 1e-9)).toBe(true);
  // Seven cells, less three transports and four launches, and one for the mean.
  expect(fit.dof).toBe(1);
});

test("a missing cell gives the factor of Yates's formula: 2/k with k whole launches, more without", () => {
  const whole = fitTwoWay([0, 1, 2].map(() => [1, 2, 3, 4]));
  expect(whole.contrast(0, 1)?.factor).toBeCloseTo(0.5, 9);
  const holed = fitTwoWay([
    [undefined, 2, 3, 4],
    [1, 2, 3, 4],
    [1, 2, 3, 4],
  ]);
  // 2/k + 1/(k (k-1)) x T/(T-1): Cochran and Cox 1957, section 4.25, with T = 3 and k = 4.
  expect(holed.contrast(0, 1)?.factor).toBeCloseTo(0.5 + 3 / (4 * 3 * 2), 9);
  expect(holed.contrast(1, 2)?.factor).toBeCloseTo(0.5, 9);
});

test("transports that no chain of launches connects can't be compared, the others can", () => {
  const fit = fitTwoWay([
    [1, 2, undefined, undefined],
    [2, 3, undefined, undefined],
    [undefined, undefined, 5, 6],
    [undefined, undefined, undefined, undefined],
  ]);
  expect(fit.contrast(0, 2)).toBeUndefined();
  expect(fit.contrast(0, 3)).toBeUndefined();
  expect(fit.contrast(0, 1)?.difference).toBeCloseTo(-1, 9);
  expect(fit.dof).toBe(1);
});

test("nothing measured has no variance", () => {
  expect(fitTwoWay([]).dof).toBe(0);
  expect(fitTwoWay([[undefined]]).variance).toBeNaN();
});

test("the inverse is one, and a singular matrix has none", () => {
  expect(
    inverseOf([
      [4, 2],
      [2, 3],
    ])
      ?.flat()
      .map((one) => one * 8),
  ).toEqual([3, -2, -2, 4].map((one) => expect.closeTo(one, 9)));
  expect(
    inverseOf([
      [1, 1],
      [1, 1],
    ]),
  ).toBeUndefined();
});

const random = createRandom(21);
const run = (sds: readonly number[], launches: number) =>
  fitTwoWay(sds.map((sd) => Array.from({ length: launches }, () => sd * standardNormal(random)))).residuals;
const rejected = (sds: readonly number[], launches: number, runs: number) =>
  Array.from({ length: runs }, () => sameVarianceP(run(sds, launches)) ?? 1).filter((p) => p < 0.05).length /
  runs;

test("the check of variances rejects 5 % of runs that have one variance, at 4 launches as at 14", {
  timeout: 60_000,
}, () => {
  // Four standard deviations of a share of 5 % of 1,000, and as much again for the 999 draws of the null.
  for (const launches of [4, 14])
    expect(Math.abs(rejected([1, 1, 1, 1, 1, 1], launches, 1_000) - 0.05)).toBeLessThan(0.04);
});

test("it sees one transport ten times as noisy, at 14 launches nearly always", () => {
  expect(rejected([10, 1, 1, 1, 1, 1], 14, 200)).toBeGreaterThan(0.95);
  expect(rejected([10, 1, 1, 1, 1, 1], 4, 200)).toBeGreaterThan(0.3);
});

test("two transports have one variance, and there is nothing to check; nor is there without noise", () => {
  expect(sameVarianceP(run([1, 5], 6))).toBeUndefined();
  expect(
    sameVarianceP(
      fitTwoWay([
        [1, 1],
        [1, 1],
        [1, 1],
      ]).residuals,
    ),
  ).toBeUndefined();
});
