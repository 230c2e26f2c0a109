import { inverseOf } from "./inverse.ts";

/** The variance that was found of the differences of two. */
export interface PairVariance {
  readonly a: number;
  readonly b: number;
  readonly variance: number;
}

export interface Grubbs {
  /** Of each alone, in the order of `members`; may be below zero. */
  readonly variances: readonly number[];
  /**
   * The degrees of freedom of the sum of `variances` with these weights, as a share of those that one pair's variance has, where the true ones
   * are `of`.
   */
  dofShare(weights: readonly number[], of: readonly number[]): number;
}

/**
 * What each varies by alone, where only differences can be seen: the variance of a difference is the sum of two, which least squares solve for
 * all pairs that there are (Grubbs 1948, On estimating precision of measuring instruments, JASA 43, has it for whole sets). Undefined for
 * fewer than three, or where too few pairs are there to tell one from another.
 */
export function grubbsOf(pairs: readonly PairVariance[], members: readonly number[]): Grubbs | undefined {
  if (members.length < 3) return undefined;
  const place = new Map(members.map((member, at) => [member, at]));
  const own = pairs.flatMap(({ a, b, variance }) => {
    const [one, other] = [place.get(a), place.get(b)];
    return one === undefined || other === undefined ? [] : [{ one, other, variance }];
  });
  const equations = members.map(() => members.map(() => 0));
  const add = (row: number, column: number) => {
    const line = equations[row];
    if (line) line[column] = (line[column] ?? 0) + 1;
  };
  for (const { one, other } of own) {
    add(one, one);
    add(other, other);
    add(one, other);
    add(other, one);
  }
  const inverse = inverseOf(equations);
  if (!inverse) return undefined;
  /** How much of a pair's variance is in that of one alone. */
  const part = (member: number, { one, other }: { readonly one: number; readonly other: number }) =>
    (inverse[member]?.[one] ?? 0) + (inverse[member]?.[other] ?? 0);
  return {
    variances: members.map((_, member) =>
      own.reduce((sum, pair) => sum + part(member, pair) * pair.variance, 0),
    ),
    // A pair's variance is s_aa + s_bb - 2 s_ab of a Wishart matrix, so a sum of them is linear in entries that are not correlated (Satterthwaite
    // 1946, An approximate distribution of estimates of variance components, Biometrics Bulletin 2).
    dofShare: (weights, of) => {
      const mean = weights.reduce((sum, weight, at) => sum + weight * (of[at] ?? 0), 0);
      const diagonal = weights.reduce((sum, weight, at) => sum + 2 * (weight * (of[at] ?? 0)) ** 2, 0);
      const beside = own.reduce((sum, pair) => {
        const weight = -2 * weights.reduce((all, one, at) => all + one * part(at, pair), 0);
        return sum + weight ** 2 * (of[pair.one] ?? 0) * (of[pair.other] ?? 0);
      }, 0);
      return (2 * mean ** 2) / (diagonal + beside);
    },
  };
}
