import { estimateOf, type Interval } from "../harness/statistics/estimate.ts";
import { crossoversOf, type SweepValue } from "../harness/studies/crossover.ts";
import type { Arithmetic, Claimed, Figure } from "./claim.ts";

export const VERDICTS = [
  "holds here",
  "holds under these conditions",
  "contradicted here",
  "can't be told",
  "arithmetic wrong",
] as const;

export type Verdict = (typeof VERDICTS)[number];

/** What the blocks of one place say of the claim. */
export interface Outcome {
  /** `unclear`: the interval holds values that agree and values that don't. `void`: nothing usable was measured. */
  readonly state: "holds" | "contradicted" | "unclear" | "void";
  readonly value?: number | undefined;
  readonly interval?: Interval | undefined;
  readonly blocks: number;
  /** Why it is void or unclear. */
  readonly reason?: string | undefined;
}

/** Fewer blocks have no interval, and so no verdict. */
export const LEAST_BLOCKS = 3;
const TOLERANCE = 1.1;
/** Relative, where a check has none of its own. */
export const ARITHMETIC_TOLERANCE = 0.02;

/** The values that agree with the claim, the tolerance included. */
export function agreeing({ low, high, tolerance = TOLERANCE }: Claimed): Interval {
  return {
    low: low === undefined ? Number.NEGATIVE_INFINITY : low / tolerance,
    high: high === undefined ? Number.POSITIVE_INFINITY : high * tolerance,
  };
}

/** Holds the values, one a block, against the claim. `missing`: why blocks are, for where too few are left. */
export function judge(
  values: readonly number[],
  claimed: Claimed,
  as: Figure["as"] = "mean",
  missing = "",
): Outcome {
  const blocks = values.length;
  if (blocks < LEAST_BLOCKS) {
    const counted = `${blocks} of the ${LEAST_BLOCKS} blocks that a verdict needs`;
    return { state: "void", blocks, reason: missing === "" ? counted : `${counted}: ${missing}` };
  }
  if (as === "none") {
    const worst = Math.max(...values);
    return { state: worst === 0 ? "holds" : "contradicted", value: worst, blocks };
  }
  const { value, interval } = estimateOf(values);
  if (as === "spread") return judgedSpread(values, value, claimed);
  if (!interval) return { state: "void", value, blocks, reason: "its values have no interval" };
  return judged(value, interval, blocks, claimed);
}

function judged(value: number, interval: Interval, blocks: number, claimed: Claimed): Outcome {
  const { low, high } = agreeing(claimed);
  const found = { value, interval, blocks };
  if (interval.low >= low && interval.high <= high) return { ...found, state: "holds" };
  if (interval.high < low || interval.low > high) return { ...found, state: "contradicted" };
  return { ...found, state: "unclear", reason: "the interval crosses the claim's limit" };
}

/** A block beyond an end contradicts, however many lie within: what the blocks were needs no interval. */
function judgedSpread(values: readonly number[], middle: number, claimed: Claimed): Outcome {
  const blocks = values.length;
  if (!(middle > 0)) return { state: "void", blocks, reason: "its values have no mean to be compared with" };
  const interval = { low: Math.min(...values) / middle, high: Math.max(...values) / middle };
  const { low, high } = agreeing(claimed);
  const state = interval.low >= low && interval.high <= high ? "holds" : "contradicted";
  return { state, value: interval.low, interval, blocks };
}

/**
 * A reading's verdict. It speaks of all its places: it holds if it does in each, and one that was left out keeps it from simply holding; it is
 * contradicted if it holds in none that was tried, and could be told in no fewer of these than it could not.
 */
export function verdictOf(outcomes: readonly { readonly state: Outcome["state"] | "left out" }[]): Verdict {
  const count = (...states: string[]) => outcomes.filter(({ state }) => states.includes(state)).length;
  const holding = count("holds");
  if (holding > 0) return holding === outcomes.length ? "holds here" : "holds under these conditions";
  const not = count("contradicted");
  return not > 0 && not >= count("unclear", "void") ? "contradicted here" : "can't be told";
}

/** The verdict where all was tried at less than the sentence speaks of: what agrees does so that far, and what disagrees might agree at its own size. */
export function scaledDown(verdict: Verdict): Verdict {
  if (verdict === "holds here") return "holds under these conditions";
  return verdict === "contradicted here" ? "can't be told" : verdict;
}

/** Whether the sentence's own numbers make what it says. */
export function addsUp({ claimed, follows, tolerance = ARITHMETIC_TOLERANCE }: Arithmetic): boolean {
  return Math.abs(claimed - follows) <= tolerance * Math.abs(claimed);
}

/** Where on its axis a reading turns. */
export interface Turn {
  readonly between: [number, number];
  /** Where the figure crosses the claim's own end, without the tolerance, on logarithmic axes; absent where it does not in between, or from 0 on. */
  readonly estimate?: number | undefined;
  /** What it does beyond. */
  readonly beyond: "holds" | "does not hold";
}

/** Between which places a figure ceases or begins to agree, where the intervals tell on both sides. */
export function turnsOf(
  places: readonly { readonly at?: number | undefined; readonly outcome: Outcome }[],
  claimed: Claimed,
): Turn[] {
  const values = places.flatMap(({ at, outcome: { value, interval } }): SweepValue[] =>
    at !== undefined && value !== undefined && interval ? [{ at, value, interval }] : [],
  );
  const { low, high } = agreeing(claimed);
  return [
    { end: low, own: claimed.low, within: "claimed" },
    { end: high, own: claimed.high, within: "figure" },
  ].flatMap(({ end, own, within }) => {
    if (own === undefined) return [];
    const claim = values.map(({ at }) => ({ at, value: end, interval: { low: end, high: end } }));
    return crossoversOf({ name: "figure", values }, { name: "claimed", values: claim }).map(
      ({ between: [from, to], after }): Turn => {
        const estimate = crossing(
          values.filter(({ at }) => at >= from && at <= to),
          own,
        );
        return {
          between: [from, to],
          ...(estimate === undefined ? {} : { estimate }),
          beyond: after === within ? "holds" : "does not hold",
        };
      },
    );
  });
}

/** Where the line through the values first crosses a height, on logarithmic axes. */
function crossing(values: readonly SweepValue[], height: number): number | undefined {
  for (const [index, right] of values.entries()) {
    const left = values[index - 1];
    if (!left || (left.value - height) * (right.value - height) > 0) continue;
    const share = Math.log(height / left.value) / Math.log(right.value / left.value);
    const at = left.at * (right.at / left.at) ** share;
    if (at > 0 && Number.isFinite(at)) return at;
  }
  return undefined;
}
