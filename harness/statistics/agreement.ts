import { exponential, type Interval, momentsOf } from "./estimate.ts";
import { tQuantile, twoSidedP } from "./student.ts";

/** Whether two ways to measure one thing agree. */
export interface Agreement {
  /** a/b. */
  readonly ratio: number;
  /** 90 %, which lies inside the margin exactly where both one-sided tests reject at 5 %. */
  readonly interval90: Interval;
  /** The larger of the two one-sided p. */
  readonly p: number;
  /** Whether the ratio is proved to be within the margin. */
  readonly agrees: boolean;
}

/**
 * Two one-sided tests of positive values measured in two ways, independently of each other, against a margin given as a share (Schuirmann 1987, J.
 * Pharmacokinet. Biopharm. 15), of the means of logarithms with Welch's degrees of freedom. Too few or too noisy values don't agree: it's
 * agreement that must be proved. Needs two values of each.
 */
export function agreementOf(a: readonly number[], b: readonly number[], margin: number): Agreement {
  const [one, other] = [momentsOf(a.map(Math.log)), momentsOf(b.map(Math.log))];
  const [va, vb] = [one.sd ** 2 / a.length, other.sd ** 2 / b.length];
  const dof = (va + vb) ** 2 / (va ** 2 / (a.length - 1) + vb ** 2 / (b.length - 1));
  const mean = one.mean - other.mean;
  const error = Math.sqrt(va + vb);
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
