import type { Decision, DecisionInput } from "./input.ts";

/* How far the order of a decision can be trusted. */

/** Whether a verdict stands behind the order: a pair told apart or practically equal. Without any nothing is ranked, here as in every other report of the run. */
export function hasVerdicts({ blocks }: DecisionInput, { pairs }: Decision): boolean {
  return blocks > 1 && pairs.different + pairs.equal > 0;
}

/**
 * Whether the first place is more than what was observed: `firm` when every comparison of its transports with the others has a verdict, their scores
 * are ahead by more than the noise, and the same transports are first in 95 % of the resamples of the blocks, where there are enough for those;
 * `unproven` where comparisons have no verdict, else `noisy`.
 */
export function firmnessOf(decision: Decision): "firm" | "noisy" | "unproven" {
  if (isSplit(decision)) return "noisy";
  if (decision.pairs.openAtTop > 0) return "unproven";
  return decision.isLeadProven ? "firm" : "noisy";
}

/** Whether the first place changes from resample to resample. */
export function isSplit({ ranked }: Decision): boolean {
  return ranked.some(({ rank, firstOfResamples }) => rank === 1 && (firstOfResamples ?? 1) < 0.95);
}

/**
 * Where a decision puts a transport: `first`, firmly; `open`, where it may be first as far as is known; `behind` the first place by more than the noise;
 * `unranked`, where no verdict stands behind the order.
 */
export type Place = "first" | "open" | "behind" | "unranked";

/** The place of each transport that has a score. */
export function placesOf(input: DecisionInput, decision: Decision): ReadonlyMap<number, Place> {
  const { ranked } = decision;
  const isRanked = ranked.length < 2 || hasVerdicts(input, decision);
  const isFirm = ranked.length < 2 || firmnessOf(decision) === "firm";
  const placeOf = ({ rank, isBehind, firstOfResamples }: Decision["ranked"][number]): Place => {
    if (!isRanked) return "unranked";
    if (rank === 1) return isFirm ? "first" : "open";
    return isBehind && !(isSplit(decision) && (firstOfResamples ?? 0) > 0) ? "behind" : "open";
  };
  return new Map(ranked.map((one) => [one.transport, placeOf(one)]));
}
