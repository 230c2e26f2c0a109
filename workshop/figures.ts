import type { Interval } from "../harness/statistics/estimate.ts";
import type { Place } from "../reports/decision/firmness.ts";
import { effect, quantity, type Unit } from "../reports/prose/format.ts";

/** A figure that was measured. */
export interface Seen {
  readonly value: number;
  /** 95 %, over the blocks; of fewer than three there is none. */
  readonly interval?: Interval | undefined;
  readonly blocks: number;
  /** Of the value; `x` for a ratio. */
  readonly unit: Unit | "x";
  /** Why further blocks don't have it, where there are too few for an interval. */
  readonly missing?: string | undefined;
  /** Counted and not estimated, so that it needs no interval: bytes of a recording, or losses in the worst block. */
  readonly exact?: true | undefined;
  /** Of a score: where the decision puts its transport. */
  readonly place?: Place | undefined;
}

/** Why there is no figure. */
interface Absent {
  readonly absent: string;
  /** It was not wanted: a requirement leaves out what it is of. */
  readonly excluded?: true | undefined;
}

export type Figure = Seen | Absent;

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

/** How two figures lie to each other; too `few` blocks are behind one that is neither exact nor has an interval. */
export function comparisonOf(a: Seen, b: Seen): "apart" | "equal" | "overlapping" | "few" {
  if ([a, b].some(({ interval, exact }) => !interval && !exact)) return "few";
  const { low, high } = a.interval ?? { low: a.value, high: a.value };
  const other = b.interval ?? { low: b.value, high: b.value };
  if (high < other.low || other.high < low) return "apart";
  return a.exact && b.exact ? "equal" : "overlapping";
}

/** Whether two figures lie apart by more than their intervals. */
export function areApart(a: Seen, b: Seen): boolean {
  return comparisonOf(a, b) === "apart";
}

/** Of two figures that don't lie apart, why not, as the end of a sentence. */
export function notApartText(a: Seen, b: Seen): string {
  const how = comparisonOf(a, b);
  if (how === "equal") return "which is the same";
  return how === "few"
    ? "which so few blocks can't tell apart"
    : "and the intervals overlap: they can't be told apart";
}

/** What a median over a link has beside the link's own delay: "2.3 ms for everything else". */
export function besideLinkText({ value }: Seen, linkUs: number): string {
  const rest = value - linkUs;
  return rest < 50 ? "next to nothing else" : `${amountText(rest, "micros")} for everything else`;
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
