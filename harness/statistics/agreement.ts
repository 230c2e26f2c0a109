import { exponential, type Interval, momentsOf } from "./estimate.ts";
import { tQuantile, twoSidedP } from "./student.ts";

/** Whether two ways to measure one thing agree. */
export interface Agreement {
  /** The first way over the second. */
  readonly ratio: number;
  /** 90 %, which lies inside the margin exactly where both one-sided tests reject at 5 %. */
  readonly interval90: Interval;
  /** The larger of the two one-sided p. */
  readonly p: number;
  /** Whether the ratio is proved to be within the margin. */
  readonly agrees: boolean;
}

/**
 * Two one-sided tests of positive values measured in two ways, one after the other in each round, against a margin given as a share (Schuirmann 1987,
 * J. Pharmacokinet. Biopharm. 15): of the rounds' log ratios, so that what changes from round to round is in both. Too few or too noisy rounds
 * don't agree: it's agreement that must be proved. Needs two rounds.
 */
export function agreementOf(rounds: readonly (readonly [number, number])[], margin: number): Agreement {
  const { mean, sd } = momentsOf(rounds.map(([one, other]) => Math.log(one / other)));
  const dof = rounds.length - 1;
  const error = sd / Math.sqrt(rounds.length);
  const bound = Math.log1p(margin);
  const half = tQuantile(0.95, dof) * error;
  const oneSided = (t: number) => (t > 0 ? twoSidedP(t, dof) / 2 : 1 - twoSidedP(t, dof) / 2);
  return {
    ratio: Math.exp(mean),
    interval90: exponential({ low: mean - half, high: mean + half }),
    p: oneSided((bound - Math.abs(mean)) / error),
    agrees: Math.abs(mean) + half <= bound,
  };
}
