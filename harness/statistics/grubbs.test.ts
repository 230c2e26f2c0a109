import { expect, test } from "vitest";
import { grubbsOf, type PairVariance } from "./grubbs.ts";

/** What the pairs of these would show with no noise of their own, but for those that are left out. */
function pairsOf(variances: readonly number[], leftOut: readonly string[] = []): PairVariance[] {
  return variances.flatMap((one, a) =>
    variances.flatMap((other, b) =>
      b > a && !leftOut.includes(`${a}${b}`) ? { a, b, variance: one + other } : [],
    ),
  );
}
const ones = (n: number) => Array.from({ length: n }, () => 1);
const only = (n: number, ...at: number[]) => ones(n).map((_, index) => (at.includes(index) ? 1 : 0));

test("finds the variances that pairs are sums of, also where pairs are missing", () => {
  const variances = [1, 4, 9, 16];
  for (const leftOut of [[], ["03"], ["03", "12"]]) {
    const found = grubbsOf(pairsOf(variances, leftOut), [0, 1, 2, 3]);
    if (leftOut.length === 2) expect(found).toBeUndefined();
    else for (const [at, one] of variances.entries()) expect(found?.variances[at]).toBeCloseTo(one, 9);
  }
  expect(grubbsOf(pairsOf([1, 2]), [0, 1])).toBeUndefined();
});

test.each([3, 4, 6, 7])("of %i alike, degrees of freedom are those of the textbook", (n) => {
  const grubbs = grubbsOf(pairsOf(ones(n)), [...ones(n).keys()]);
  const m = n - 1;
  // By the variances and covariances of a Wishart matrix's entries: one alone, the sum of two, and the pooled one.
  expect(grubbs?.dofShare(only(n, 0), ones(n))).toBeCloseTo((m * (m - 1)) / (m * m + m - 1), 9);
  expect(grubbs?.dofShare(only(n, 0, 1), ones(n))).toBeCloseTo((2 * m) / (m + 2), 9);
  expect(grubbs?.dofShare(ones(n), ones(n))).toBeCloseTo(m, 9);
});

test("one that is far noisier than all others has no more degrees of freedom than its own launches", () => {
  const of = [1_000_000, 1, 1, 1, 1];
  const grubbs = grubbsOf(pairsOf(of), [0, 1, 2, 3, 4]);
  expect(grubbs?.dofShare(only(5, 0), of)).toBeCloseTo(1, 4);
});
