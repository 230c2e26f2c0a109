import { exponential, type Interval, momentsOf, tInterval } from "./estimate.ts";
import { signFlip } from "./sign-flip.ts";

/** How two wires differ, from the blocks that both of them have. */
export interface Comparison {
  /** exp of the mean log ratio a/b: 1.2 means that a's value is 20 % above b's. */
  readonly ratio: number;
  /** Of the ratio, by Student's t with blocks - 1 degrees of freedom. */
  readonly interval95: Interval;
  readonly interval90: Interval;
  /** Two-sided, by the sign-flip test, not yet corrected for other pairs. */
  readonly p: number;
  /** Whether p was counted over all sign patterns; else it is a seeded Monte-Carlo estimate. */
  readonly exact: boolean;
  readonly blocks: number;
  /** Of the differences ln(a/b). */
  readonly meanLog: number;
  readonly sdLog: number;
}

/**
 * Compares two wires block by block: value i of both comes from block i, which both ran under the same conditions. Undefined
 * with fewer than two blocks, or where a value is not positive and has no logarithm. Throws RangeError on unequal lengths.
 */
export function comparePaired(a: readonly number[], b: readonly number[], seed = 1): Comparison | undefined {
  if (a.length !== b.length) throw new RangeError(`${a.length} and ${b.length} values can't be paired`);
  const differences = a.map((value, block) => Math.log(value) - Math.log(b[block] ?? Number.NaN));
  if (differences.length < 2 || !differences.every(Number.isFinite)) return undefined;
  const { mean, sd } = momentsOf(differences);
  const n = differences.length;
  return {
    ratio: Math.exp(mean),
    interval95: exponential(tInterval(mean, sd, n, 0.95)),
    interval90: exponential(tInterval(mean, sd, n, 0.9)),
    ...signFlip(differences, seed),
    blocks: n,
    meanLog: mean,
    sdLog: sd,
  };
}
