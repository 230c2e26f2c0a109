import type { PairEstimate } from "./all-pairs.ts";
import type { PairVerdict } from "./pair-verdict.ts";

/** The places a transport may have, both included. */
export interface RankRange {
  readonly best: number;
  readonly worst: number;
}

export interface EstimateWithVerdict {
  readonly estimate: Pick<PairEstimate, "a" | "b" | "meanLog">;
  readonly verdict: PairVerdict;
}

/**
 * The places that each transport may have, by its index: below all that are different and better, above all that are different and worse.
 * Ties are not chained: with A like B, B like C and A different from C, A is 1-2, B 1-3 and C 2-3. A transport without a pair has no rank and
 * takes no place. A single place 1 is that of one that differs from every other.
 */
export function rankRanges(
  pairs: readonly EstimateWithVerdict[],
  better: "lower" | "higher",
): Map<number, RankRange> {
  const transports = [...new Set(pairs.flatMap(({ estimate: { a, b } }) => [a, b]))].sort((a, b) => a - b);
  return new Map(
    transports.map((transport) => {
      const distinguished = pairs.filter(
        ({ estimate: { a, b }, verdict }) => verdict === "different" && (a === transport || b === transport),
      );
      const wins = distinguished.filter(({ estimate: { a, meanLog } }) => {
        const higher = a === transport ? meanLog > 0 : meanLog < 0;
        return higher === (better === "higher");
      }).length;
      return [transport, { best: 1 + distinguished.length - wins, worst: transports.length - wins }];
    }),
  );
}

/** The transport that differs from every other one and is better; undefined where none does. */
export function firstOf(ranks: ReadonlyMap<number, RankRange>): number | undefined {
  return [...ranks].find(([, { worst }]) => ranks.size > 1 && worst === 1)?.[0];
}
