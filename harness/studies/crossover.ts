import type { Interval } from "../statistics/estimate.ts";

/** One transport at one point of a sweep. */
export interface SweepValue {
  readonly at: number;
  readonly value: number;
  readonly interval: Interval;
}

export interface Crossover {
  /** The points next to the crossing at which the intervals lie apart, the lower one first. */
  readonly between: readonly [number, number];
  /** Which of the two is lower before, and which after. */
  readonly before: string;
  readonly after: string;
  /** Where the lines between those points cross, on logarithmic axes: an estimate. */
  readonly estimate: number;
}

interface Line {
  readonly name: string;
  readonly values: readonly SweepValue[];
}

/** Where one line overtakes another, given only where the intervals lie apart on both sides of the crossing. */
export function crossoversOf(a: Line, b: Line): Crossover[] {
  const apart = a.values.flatMap((mine) => {
    const other = b.values.find(({ at }) => at === mine.at);
    if (!other) return [];
    if (mine.interval.high < other.interval.low) return [{ lower: a.name, mine, other }];
    return other.interval.high < mine.interval.low ? [{ lower: b.name, mine, other }] : [];
  });
  return apart.slice(1).flatMap((right, index) => {
    const left = apart[index];
    if (!left || left.lower === right.lower) return [];
    const [from, to] = [left.mine.at, right.mine.at];
    const before = Math.log(left.mine.value / left.other.value);
    const after = Math.log(right.mine.value / right.other.value);
    const share = before / (before - after);
    const estimate = Math.exp(Math.log(from) + share * Math.log(to / from));
    return [{ between: [from, to] as const, before: left.lower, after: right.lower, estimate }];
  });
}
