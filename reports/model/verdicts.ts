import { transportBehind } from "../../harness/result/control-name.ts";
import { compareAllPairs, type PairEstimate } from "../../harness/statistics/all-pairs.ts";
import {
  aaDistance,
  LEAST_MARGIN,
  type PairVerdict as Verdict,
  verdictOf,
} from "../../harness/statistics/pair-verdict.ts";
import { type FurtherLaunches, furtherLaunches } from "../../harness/statistics/power.ts";
import { firstOf, type RankRange, rankRanges } from "../../harness/statistics/rank-ranges.ts";
import { type MetricKey, mapMetrics } from "../metrics/catalogue.ts";
import type { Metric } from "../metrics/metric.ts";
import { type Cell, comparedValues, type Observed, observed } from "./cell.ts";

/** Effects up to it are of no consequence, on every machine: 5 %. */
export const MARGIN = LEAST_MARGIN;

/** Two transports by one metric: the ratio a/b over the launches both completed, and what can be said of it. */
export interface PairVerdict {
  readonly a: string;
  readonly b: string;
  readonly estimate: PairEstimate;
  readonly verdict: Verdict;
  /** Pairs whose intervals hold together with its own, and the A/A band that a difference had to exceed. */
  readonly family: { readonly pairs: number; readonly aaBand: number; readonly level: number };
}

/** How far one transport measured under two names was from itself, and what would be said if it were two transports. */
export interface AaPair {
  readonly a: string;
  readonly b: string;
  readonly estimate: PairEstimate;
  readonly verdict: Verdict;
  /** As a share: 0.05 is 5 %. */
  readonly band: number;
  /** How many tests its family has, itself included. */
  readonly tests: number;
}

/** All that is said of one metric in one scenario; the intervals of its pairs hold together. */
export interface MetricVerdicts {
  /** The farthest that a transport was from itself in this run, as a share; it only hinders `different`. */
  readonly aaBand: number;
  readonly aaPairs: readonly AaPair[];
  /** Of the completed transports, baselines and A/A controls left out, each against each in the order of the cells; none under three launches. */
  readonly pairs: readonly PairVerdict[];
  readonly ranks: ReadonlyMap<string, RankRange>;
  /** The transport that is told from each other one, and better. */
  readonly first?: string;
}

export type Verdicts = Readonly<Record<MetricKey, MetricVerdicts>>;

/** A transport's figure, as pairs are compared by it. */
export interface NamedFigure {
  readonly name: string;
  readonly figure: Observed;
  /** Whether it is there to be chosen, and so ranked. */
  readonly candidate: boolean;
}

/** The verdicts by every metric that transports are compared by; the others have no pairs. */
export function verdictsOf(cells: readonly Cell[], level = 0.05): Verdicts {
  const completed = cells.filter((cell) => cell.state === "completed");
  return mapMetrics((metric, key) => metricVerdicts(metric, figuresOf(completed, key), level));
}

/** All pairs of these transports by one metric, tested as one family. */
export function verdictsOfPairs(
  figures: readonly Pick<NamedFigure, "name" | "figure">[],
  better: Metric["better"],
  aaBand = 0,
  level = 0.05,
): Pick<MetricVerdicts, "pairs" | "ranks" | "first"> {
  const { pairs, usedLevel } = compareAllPairs(
    figures.map(({ figure }) => byLaunch(figure)),
    level,
  );
  const withVerdicts = pairs.map((estimate) => ({ estimate, verdict: verdictOf(estimate, { aaBand }) }));
  const nameOf = (at: number) => figures[at]?.name ?? "";
  const places = rankRanges(withVerdicts, better === "higher" ? "higher" : "lower");
  const first = firstOf(places);
  return {
    pairs: withVerdicts.map(({ estimate, verdict }) => {
      const [a, b] = [nameOf(estimate.a), nameOf(estimate.b)];
      return {
        a,
        b,
        estimate,
        verdict,
        family: { pairs: pairs.length, aaBand, level: usedLevel },
      };
    }),
    ranks: new Map([...places].map(([at, range]) => [nameOf(at), range])),
    ...(first === undefined ? {} : { first: nameOf(first) }),
  };
}

/** The A/A controls of one metric, tested at this level, which `tests` of them share. */
export function aaPairsOf(figures: readonly NamedFigure[], tests: number, level: number): AaPair[] {
  return figures.flatMap(({ name: a, figure }, at) =>
    figures.slice(at + 1).flatMap(({ name: b, figure: control }): AaPair[] => {
      if (transportBehind(a) !== transportBehind(b)) return [];
      const estimate = compareTwo(figure, control, level);
      return estimate
        ? [{ a, b, estimate, verdict: verdictOf(estimate), band: aaDistance(estimate), tests }]
        : [];
    }),
  );
}

/** a/b of two figures by the launches that both have; undefined where fewer than three are left. */
export function compareTwo(a: Observed, b: Observed, level?: number): PairEstimate | undefined {
  return compareAllPairs([byLaunch(a), byLaunch(b)], level).pairs[0];
}

/** The figures that these cells have of a metric. */
export function figuresOf(cells: readonly Cell[], key: MetricKey): NamedFigure[] {
  return cells.flatMap((cell) => {
    const figure = observed(cell, key);
    return figure ? [{ name: cell.transport, figure, candidate: cell.candidate }] : [];
  });
}

const asked = new WeakMap<PairVerdict, FurtherLaunches | "none">();

/** What would decide an inconclusive pair, with a power of 80 %; worked out when it is asked for, since that takes its time. */
export function furtherOf(pair: PairVerdict): FurtherLaunches | undefined {
  const known = asked.get(pair) ?? furtherLaunches(pair.estimate, pair.family) ?? "none";
  asked.set(pair, known);
  return known === "none" ? undefined : known;
}

/** A pair as the value of one of its two over that of the other. */
export function ratioFor(
  transport: string,
  { a, estimate: { ratio, interval } }: Pick<PairVerdict, "a" | "estimate">,
): Pick<PairEstimate, "ratio" | "interval"> {
  return a === transport
    ? { ratio, interval }
    : { ratio: 1 / ratio, interval: { low: 1 / interval.high, high: 1 / interval.low } };
}

/** The pair of these two. */
export function pairBetween(
  pairs: readonly PairVerdict[],
  one: string,
  other: string,
): PairVerdict | undefined {
  return pairs.find(({ a, b }) => (a === one && b === other) || (a === other && b === one));
}

/** Whether each of these is practically equal to each other one: that two are equal to a third does not make them so. */
export function areAllEqual(names: readonly string[], pairs: readonly PairVerdict[]): boolean {
  return names.every((one, at) =>
    names.slice(at + 1).every((other) => pairBetween(pairs, one, other)?.verdict === "practically equal"),
  );
}

function metricVerdicts(metric: Metric, figures: readonly NamedFigure[], level: number): MetricVerdicts {
  if (!metric.ranked) return { aaBand: 0, aaPairs: [], pairs: [], ranks: new Map() };
  const aaPairs = aaPairsOf(figures, 1, 0.05);
  const aaBand = Math.max(0, ...aaPairs.map(({ band }) => band));
  const candidates = figures.filter(({ candidate }) => candidate);
  return { aaBand, aaPairs, ...verdictsOfPairs(candidates, metric.better, aaBand, level) };
}

/** One value a launch, from the first on; nothing where it has none. */
function byLaunch(figure: Observed): (number | undefined)[] {
  const values = comparedValues(figure);
  return Array.from({ length: Math.max(0, ...figure.at) }, (_, launch) => {
    const place = figure.at.indexOf(launch + 1);
    return place < 0 ? undefined : values[place];
  });
}
