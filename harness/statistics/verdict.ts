import { tInterval } from "./estimate.ts";
import { holm } from "./holm.ts";
import type { Comparison } from "./paired.ts";
import { smallestP } from "./sign-flip.ts";
import { twoSidedP } from "./student.ts";

/** With fewer blocks than these nothing is claimed. */
export const RANKING_BLOCKS = 10;

/** Of every test, after Holm's correction. */
export const LEVEL = 0.05;
const MOST_BLOCKS = 1_000;

/** What can be said of a pair; `unranked` has too few blocks for anything to be said. */
export type Verdict = "different" | "tie" | "inconclusive" | "unranked";

export interface Judgement {
  readonly verdict: Verdict;
  /** After Holm's correction; absent of an unranked pair, which is not tested. */
  readonly holmP?: number;
  /**
   * Of an inconclusive pair: how many blocks more would tell, should mean and spread stay as observed. Absent where no
   * 1,000 blocks would, because the effect sits on the margin.
   */
  readonly furtherBlocks?: number;
}

/**
 * Judges pairs together. `different`: p under 0.05 after Holm's correction, the effect beyond the margin, and its 95 % interval without
 * 1, since the test and the interval may disagree at the edge and nobody believes a difference whose own interval has none. `tie`: the 90 %
 * interval of the ratio within [1/(1+margin), 1+margin], which is two one-sided tests at 5 % (Schuirmann 1987). Else
 * `inconclusive`. The comparisons given are one family: hand over all pairs shown of one metric in one scenario. A family of
 * several metrics would be beyond what ten blocks can reach: the smallest p is 2/1,024, which leaves room for 25 pairs.
 */
export function judge(comparisons: readonly Comparison[], margin: number): Judgement[] {
  const tested = comparisons.filter(({ blocks }) => blocks >= RANKING_BLOCKS);
  const corrected = holm(tested.map(({ p }) => p));
  const bound = Math.log1p(margin);
  return comparisons.map((comparison) => {
    const adjusted = corrected[tested.indexOf(comparison)];
    if (!adjusted) return { verdict: "unranked" };
    const { p: holmP, factor } = adjusted;
    if (liesWithin(comparison, comparison.blocks, bound)) return { verdict: "tie", holmP };
    const beyond = Math.abs(comparison.meanLog) > bound;
    if (holmP < LEVEL && beyond && !includesOne(comparison)) return { verdict: "different", holmP };
    const furtherBlocks = blocksToTell(comparison, factor, bound);
    return { verdict: "inconclusive", holmP, ...(furtherBlocks === undefined ? {} : { furtherBlocks }) };
  });
}

function includesOne({ interval95: { low, high } }: Comparison): boolean {
  return low <= 1 && 1 <= high;
}

/** Whether the 90 % interval would lie inside the margin, had there been `n` blocks of the same mean and spread. */
function liesWithin({ meanLog, sdLog }: Comparison, n: number, bound: number): boolean {
  const { low, high } = tInterval(meanLog, sdLog, n, 0.9);
  return low >= -bound && high <= bound;
}

/** Blocks more than there are; an effect within the margin can only become a tie, one beyond it only a difference. */
function blocksToTell(comparison: Comparison, factor: number, bound: number): number | undefined {
  const { meanLog, sdLog, blocks } = comparison;
  const size = Math.abs(meanLog);
  if (size <= bound)
    return further(
      blocks,
      firstFrom(blocks + 1, (n) => liesWithin(comparison, n, bound)),
    );
  let n = firstFrom(blocks + 1, (many) => {
    const t = (size * Math.sqrt(many)) / sdLog;
    return twoSidedP(t, many - 1) * factor < LEVEL;
  });
  // The sign-flip test decides in the end, and has a smallest p of its own.
  while (n <= MOST_BLOCKS && smallestP(n) * factor >= LEVEL) n += 1;
  return further(blocks, n);
}

function further(blocks: number, n: number): number | undefined {
  return n <= MOST_BLOCKS ? n - blocks : undefined;
}

/** The first number of blocks for which it holds, given that it holds for all after it; beyond 1,000 if there is none. */
function firstFrom(start: number, holds: (n: number) => boolean): number {
  let [low, high] = [start, Math.max(start, MOST_BLOCKS + 1)];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
