import type { PairEstimate } from "./all-pairs.ts";

/** Differences up to this share are of no consequence, however surely they are there. */
export const LEAST_MARGIN = 0.05;

/** What can be said of a pair. */
export type PairVerdict = "different" | "practically equal" | "inconclusive";

export interface Bounds {
  /** What is of no consequence, as a share; fixed before the run, and the same on every machine. */
  readonly margin?: number;
  /** How far a transport was from itself in this run, as a share: `aaDistance`. */
  readonly aaBand?: number;
}

/**
 * The verdict on a pair. `practically equal`: the equality interval lies inside [1/(1 + margin), 1 + margin], which is two one-sided tests
 * (Schuirmann 1987, J. Pharmacokinet. Biopharm. 15). `different`: the simultaneous interval excludes 1 by more than the A/A band, and the ratio
 * is beyond the margin: what another run might well call equal is not called different in this one. Else `inconclusive`. Noise of whatever
 * kind only takes verdicts away.
 */
export function verdictOf(
  pair: PairEstimate,
  { margin = LEAST_MARGIN, aaBand = 0 }: Bounds = {},
): PairVerdict {
  const [bound, band] = [Math.log1p(margin), Math.log1p(aaBand)];
  if (insideOf(pair.equalityInterval, bound)) return "practically equal";
  const nearest = Math.max(Math.log(pair.interval.low), -Math.log(pair.interval.high));
  return nearest > band && Math.abs(pair.meanLog) > bound ? "different" : "inconclusive";
}

/** How far a transport is from itself under another name, as a share: what its pair shows beyond noise and within it. */
export function aaDistance({ meanLog }: PairEstimate): number {
  return Math.expm1(Math.abs(meanLog));
}

function insideOf({ low, high }: PairEstimate["interval"], bound: number): boolean {
  return Math.log(low) >= -bound && Math.log(high) <= bound;
}
