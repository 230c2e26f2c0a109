import type { Claimed, Figure, Scale } from "../../claims/claim.ts";
import type { PlaceFinding } from "../../claims/document.ts";
import type { Turn, Verdict } from "../../claims/verdict.ts";
import { METRICS } from "../metrics/catalogue.ts";
import type { Metric } from "../metrics/metric.ts";
import { effect, quantity, type Unit } from "../prose/format.ts";
import { capitalised, counted, listed } from "../prose/text.ts";
import { decimalBytes } from "./decimal-bytes.ts";
import { metricOf } from "./values.ts";

/** Of an answer to a claim of fact. */
export const BY_OTHERS = "by a standard or by a test of the lab, not measured here";

/** "x" for a ratio, else the metric's own unit. */
export function figureUnit({ over, as }: Figure, { unit }: Metric): Unit | "x" {
  return over || as === "spread" ? "x" : unit;
}

/** What was measured: "median delivery latency, websocket / long-polling". */
export function figureText({ of, over, as }: Figure): string {
  const { name } = metricOf(of);
  const beside = of.less === undefined ? "" : ` less the body's ${of.less} B`;
  const whose = over ? `${of.transport} / ${over.transport}` : of.transport;
  const kind = as === "spread" ? ", best to worst block" : "";
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
  // As sentences have it: a kB is 1,000 bytes.
  const written = (one: number) => (unit === "bytes" ? decimalBytes(one) : quantity(unit, one));
  return interval
    ? `${written(value)} (${written(interval.low)} to ${written(interval.high)})`
    : written(value);
}

/** A place's figure: of a mean with its interval, of what there should be none of out of how many, of a spread from the lowest block to the highest. */
export function outcomeText({ unit, as }: Shown, outcome: PlaceFinding["outcome"]): string {
  const { value, interval, outOf } = outcome;
  if (as === "spread" && interval) return `${effect(interval.low)} to ${effect(interval.high)} of the mean`;
  return as === "none" && value !== undefined && outOf ? outOfText(value, outOf) : valueText(unit, outcome);
}

/** "0 of 250, so in fewer than 1.2 % of deliveries (95 %)"; where something is broken on purpose, each time is one try, however much it might have lost. */
function outOfText(
  worst: number,
  { lost, expected, outages }: NonNullable<PlaceFinding["outcome"]["outOf"]>,
) {
  const much = `${lost.toLocaleString("en-US")} of ${expected.toLocaleString("en-US")}`;
  const when = outages > 0 ? ` in ${counted(outages, "outage")}` : "";
  if (lost > 0) return `${much}${when}, ${worst.toLocaleString("en-US")} in the worst block`;
  const tries = outages > 0 ? outages : expected;
  if (tries === 0) return `${much}${when}`;
  const percent = Number((100 * mostWithout(tries)).toPrecision(2));
  const bound = `${percent.toLocaleString("en-US", { maximumFractionDigits: 9 })} %`;
  return `${much}${when}, so in fewer than ${bound} of ${outages > 0 ? "outages" : "deliveries"} (95 %)`;
}

/** The largest share that in 95 of 100 series of so many tries would have shown at least once: about 3 / tries. */
function mostWithout(tries: number): number {
  return 1 - 0.05 ** (1 / tries);
}

function isUnit(unit: string): unit is Unit {
  return unit !== "x" && Object.values(METRICS).some((metric) => metric.unit === unit);
}

interface Shown {
  readonly unit: string;
  readonly axis?: string | undefined;
  readonly as?: Figure["as"];
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
    listed(some.map((place) => `${outcomeText(shown, place.outcome)}${whereText(place, shown)}`));
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
      `${countsOf(holding, not)} of ${places.length} places; --quick leaves ${left.length} out: ${listed(left.map((place) => atText(place.at ?? 0, shown.axis ?? "")))}`,
  ].filter((one) => one !== false);
  const what = holding.length + not.length + unclear.length > 0 ? `${capitalised(figureText(figure))}. ` : "";
  return `${what}${sentences.join(". ")}.`;
}

/** How many places say what, where others were left out: "It does not agree at 1". */
function countsOf(holding: readonly PlaceFinding[], not: readonly PlaceFinding[]): string {
  const told = [
    ...(holding.length > 0 ? [`agrees at ${holding.length}`] : []),
    ...(not.length > 0 ? [`does not agree at ${not.length}`] : []),
  ];
  return `It ${told.length > 0 ? listed(told) : "could be told at none"}`;
}

function placeText({ at }: PlaceFinding, { axis }: Shown): string {
  return at === undefined || axis === undefined ? "" : `at ${atText(at, axis)}`;
}

function whereText(place: PlaceFinding, shown: Shown): string {
  const { scale } = place;
  const at = placeText(place, shown);
  return `${at === "" ? "" : ` ${at}`}${scale === undefined ? "" : `, ${scale}`}`;
}

/** "a round trip of 40 ms" of "round trip, ms"; "200 characters". */
export function atText(at: number, axis: string): string {
  const [what = "", unit] = axis.split(", ");
  const number = at.toLocaleString("en-US");
  return unit === undefined ? `${number} ${what}` : `a ${what} of ${number} ${unit}`;
}

/** "round trips of 0 and 40 ms"; "200 and 400 characters". */
function twoText(from: number, to: number, axis: string): string {
  const [what = "", unit] = axis.split(", ");
  const numbers = `${from.toLocaleString("en-US")} and ${to.toLocaleString("en-US")}`;
  return unit === undefined ? `${numbers} ${what}` : `${what}s of ${numbers} ${unit}`;
}

/** "at a round trip of about 22 ms"; "at about 230 characters". */
function aboutText(at: number, axis: string): string {
  const [what = "", unit] = axis.split(", ");
  const number = `about ${Number(at.toPrecision(2)).toLocaleString("en-US")}`;
  return unit === undefined ? `at ${number} ${what}` : `at a ${what} of ${number} ${unit}`;
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
    estimate === undefined
      ? ""
      : `; the sentence's own figure is reached ${aboutText(estimate, axis)} (estimate)`;
  const what = beyond === "holds" ? "It begins to hold" : "It ceases to hold";
  return `${what} between ${twoText(from, to, axis)}${about}.`;
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
