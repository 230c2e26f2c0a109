import type { Claimed, Figure, Scale } from "../../claims/claim.ts";
import type { PlaceFinding } from "../../claims/document.ts";
import type { Turn, Verdict } from "../../claims/verdict.ts";
import { METRICS } from "../metrics/catalogue.ts";
import type { Metric } from "../metrics/metric.ts";
import { effect, quantity, type Unit } from "../prose/format.ts";
import { capitalised, listed } from "../prose/text.ts";
import { metricOf } from "./values.ts";

/** "x" for a ratio, else the metric's own unit. */
export function figureUnit({ over, as }: Figure, { unit }: Metric): Unit | "x" {
  return over || as === "spread" ? "x" : unit;
}

/** What was measured: "median delivery latency, websocket / long-polling". */
export function figureText({ of, over, as }: Figure): string {
  const { name } = metricOf(of);
  const beside = of.less === undefined ? "" : ` less the body's ${of.less} B`;
  const whose = over ? `${of.transport} / ${over.transport}` : of.transport;
  const kind = as === "spread" ? ", best to worst block" : as === "none" ? ", worst block" : "";
  return `${name}${beside}, ${whose}${kind}`;
}

/** A value with its interval, in its unit. */
export function valueText(
  unit: string,
  {
    value,
    interval,
  }: {
    readonly value?: number | undefined;
    readonly interval?: { readonly low: number; readonly high: number } | undefined;
  },
): string {
  if (value === undefined) return "–";
  if (!isUnit(unit)) return effect(value, interval);
  const text = quantity(unit, value);
  return interval ? `${text} (${quantity(unit, interval.low)} to ${quantity(unit, interval.high)})` : text;
}

function isUnit(unit: string): unit is Unit {
  return unit !== "x" && Object.values(METRICS).some((metric) => metric.unit === unit);
}

interface Shown {
  readonly unit: string;
  readonly axis?: string;
}

/** Where a reading holds and where not, with the figures; then what could not be told. */
export function placesText(
  places: readonly PlaceFinding[],
  figure: Figure,
  claimed: Claimed,
  shown: Shown,
): string {
  const of = (state: PlaceFinding["outcome"]["state"]) =>
    places.filter(({ outcome }) => outcome.state === state);
  const tried = places.filter(({ outcome }) => outcome.state !== "left out");
  const [holding, not, unclear, empty, left] = [
    of("holds"),
    of("contradicted"),
    of("unclear"),
    of("void"),
    of("left out"),
  ];
  const named = (some: readonly PlaceFinding[]) =>
    listed(some.map((place) => `${valueText(shown.unit, place.outcome)}${whereText(place, shown)}`));
  const sentences = [
    holding.length > 0 && `Agrees (${claimed.says}): ${named(holding)}`,
    not.length > 0 && `Does not agree (${claimed.says}): ${named(not)}`,
    ...[...new Set(unclear.map(({ outcome }) => outcome.reason))].map(
      (reason) =>
        `Not clear: ${named(unclear.filter(({ outcome }) => outcome.reason === reason))}, where ${reason}`,
    ),
    ...[...new Set(empty.map(({ outcome }) => outcome.reason))].map((reason) => {
      const own = empty.filter(({ outcome }) => outcome.reason === reason);
      const where = own.map((place) => placeText(place, shown)).filter((text) => text !== "");
      return `No figure${own.length < tried.length && where.length > 0 ? ` ${listed(where)}` : ""}: ${reason}`;
    }),
    tried.length === 0 && "Not run: --quick leaves its experiments out; run the claim without --quick",
    tried.length > 0 &&
      left.length > 0 &&
      `Left out by --quick: ${listed(left.map((place) => atText(place.at ?? 0, shown.axis ?? "")))}`,
  ].filter((one) => one !== false);
  const what = holding.length + not.length + unclear.length > 0 ? `${capitalised(figureText(figure))}. ` : "";
  return `${what}${sentences.join(". ")}.`;
}

function placeText({ at }: PlaceFinding, { axis }: Shown): string {
  return at === undefined || axis === undefined ? "" : `at ${atText(at, axis)}`;
}

function whereText(place: PlaceFinding, shown: Shown): string {
  const { scale } = place;
  const at = placeText(place, shown);
  return `${at === "" ? "" : ` ${at}`}${scale === undefined ? "" : `, ${scale}`}`;
}

/** "40 ms round trip" of "round trip, ms"; "200 characters". */
export function atText(at: number, axis: string): string {
  const [what = "", unit] = axis.split(", ");
  const number = at.toLocaleString("en-US");
  return unit === undefined ? `${number} ${what}` : `${number} ${unit} ${what}`;
}

/** Which figures agree, the tolerance included: "up to 0.345x". */
export function agreeingText(
  unit: string,
  { low, high }: { readonly low?: number | undefined; readonly high?: number | undefined },
): string {
  const [from, to] = [low, high].map((value) => value !== undefined && valueText(unit, { value }));
  if (from && to) return `${from} to ${to}`;
  return from ? `${from} or more` : to ? `up to ${to}` : "none other";
}

/** Where it turns, in a sentence. */
export function turnText({ between: [from, to], estimate, beyond }: Turn, axis = ""): string {
  const about =
    estimate === undefined ? "" : `, at about ${atText(Number(estimate.toPrecision(2)), axis)} (estimate)`;
  const what = beyond === "holds" ? "It begins to hold" : "It ceases to hold";
  return `${what} between ${atText(from, axis)} and ${atText(to, axis)}${about}.`;
}

/** Of a spread: what the best block alone would say, beside the mean of all. */
export function bestTexts(places: readonly PlaceFinding[], { of, as }: Figure): string[] {
  if (as !== "spread") return [];
  return places.flatMap(({ outcome: { interval, blocks } }) => {
    if (!interval) return [];
    const { low, high } = interval;
    const [best, worst] = metricOf(of).better === "higher" ? [high, low] : [low, high];
    return [`The best of ${blocks} blocks is ${effect(best)} their mean, the worst ${effect(worst)}.`];
  });
}

/** That a sentence about more than was tried is neither confirmed nor refuted by it; nothing where there is no figure. */
export function beyondText(verdict: Verdict, scaled: readonly Scale[]): string[] {
  if (verdict === "can't be told") return [];
  const much = scaled.map(({ what, claimed }) => `${claimed.toLocaleString("en-US")} ${what}`);
  return [`What ${listed(much)} do was not tried.`];
}
