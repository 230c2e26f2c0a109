import type { Interval } from "../harness/statistics/estimate.ts";
import { effect, quantity, type Unit } from "../reports/prose/format.ts";

/** A figure that was measured. */
export interface Seen {
  readonly value: number;
  /** 95 %, over the blocks; of fewer than three there is none. */
  readonly interval?: Interval | undefined;
  readonly blocks: number;
  /** Of the value; `x` for a ratio. */
  readonly unit: Unit | "x";
}

/** A figure, or why there is none. */
export type Figure = Seen | { readonly absent: string };

export type Figures = Readonly<Record<string, Figure>>;

export function isSeen(figure: Figure | undefined): figure is Seen {
  return figure !== undefined && !("absent" in figure);
}

/** "1.93 ms (1.80 ms to 2.04 ms)", "1.20x (1.12–1.29)". */
export function seenText({ value, interval, unit }: Seen): string {
  if (unit === "x") return effect(value, interval);
  const said = amountText(value, unit);
  return interval
    ? `${said} (${amountText(interval.low, unit)} to ${amountText(interval.high, unit)})`
    : said;
}

/** The value alone: "1.93 ms", "1.20x". */
export function amountText(value: number, unit: Seen["unit"]): string {
  if (unit === "x") return effect(value);
  return quantity(unit, value);
}

/** Whether two figures lie apart by more than their intervals; figures without intervals, counted bytes say, lie apart when they differ. */
export function areApart(a: Seen, b: Seen): boolean {
  const [one, two] = [a, b].map(({ interval, value }) => interval ?? { low: value, high: value });
  return one !== undefined && two !== undefined && (one.high < two.low || two.high < one.low);
}

/** A sentence with some figures in it; `otherwise` where one of them is missing. */
export function told<Id extends string>(
  figures: Figures,
  ids: readonly Id[],
  sentence: (seen: Readonly<Record<Id, Seen>>) => string,
  otherwise: string,
): string {
  const found: Partial<Record<Id, Seen>> = {};
  for (const id of ids) {
    const figure = figures[id];
    if (!isSeen(figure)) return otherwise;
    found[id] = figure;
  }
  return isWhole(found, ids) ? sentence(found) : otherwise;
}

function isWhole<Id extends string>(
  found: Partial<Record<Id, Seen>>,
  ids: readonly Id[],
): found is Record<Id, Seen> {
  return ids.every((id) => found[id] !== undefined);
}
