import type { Comparison } from "./paired.ts";

/** Differences up to this share are of no consequence, however surely they are there. */
export const LEAST_MARGIN = 0.05;

/**
 * How far the same wire is from itself: the farther end of the 90 % interval of a pair that is one wire under two names, as a
 * share. Which of the two names stands first is chance, so that a ratio of 1/1.1 is as far as one of 1.1.
 */
export function aaBand({ interval90 }: Comparison): number {
  return Math.max(interval90.high, 1 / interval90.low) - 1;
}

/** What a difference must exceed to count: 5 %, or the widest A/A band of that metric and scenario in the same run. */
export function marginOf(aaPairs: readonly Comparison[]): number {
  return Math.max(LEAST_MARGIN, ...aaPairs.map(aaBand));
}
