import { aaBand, marginOf } from "../../harness/statistics/margin.ts";
import { type Comparison, comparePaired } from "../../harness/statistics/paired.ts";
import { type JudgedPair, type RankRange, ranksOf } from "../../harness/statistics/ranks.ts";
import { type Judgement, judge } from "../../harness/statistics/verdict.ts";
import { type MetricKey, mapMetrics } from "../metrics/catalogue.ts";
import type { Metric } from "../metrics/metric.ts";
import { type Cell, type Observed, observed } from "./cell.ts";
import { twinOf } from "./looks.ts";

/** Two wires by one metric: the ratio a/b over the blocks both completed, and what can be said of it. */
export interface PairVerdict extends JudgedPair, Judgement {
  readonly comparison: Comparison;
}

/** How far one wire measured under two names was from itself, and what would be said if it were two wires, at the least margin. */
export interface AaPair extends Judgement {
  readonly a: string;
  readonly b: string;
  readonly comparison: Comparison;
  /** As a share: 0.05 is 5 %. */
  readonly band: number;
  /** How many tests of the run it was judged with, itself included. */
  readonly tests: number;
}

/** All that is said of one metric in one scenario; the pairs are one family for Holm's correction. */
export interface MetricVerdicts {
  /** As a share: effects up to it are of no consequence. */
  readonly margin: number;
  readonly aaPairs: readonly AaPair[];
  /** Of the completed wires, floors and A/A twins left out, each against each in the order of the cells. */
  readonly pairs: readonly PairVerdict[];
  readonly ranks: ReadonlyMap<string, RankRange>;
}

export type Verdicts = Readonly<Record<MetricKey, MetricVerdicts>>;

/** The verdicts by every metric that wires are compared by; the others have no pairs. */
export function verdictsOf(cells: readonly Cell[]): Verdicts {
  const completed = cells.filter((cell) => cell.state === "completed");
  return mapMetrics((metric, key) => metricVerdicts(metric, key, completed));
}

/** The comparison of two figures by the blocks that both have; undefined where fewer than two are left. */
export function compareFigures(a: Observed, b: Observed): Comparison | undefined {
  const other = new Map(b.at.map((block, index) => [block, b.values[index]]));
  const both = a.at.flatMap((block, index) => {
    const [one, two] = [a.values[index], other.get(block)];
    return one === undefined || two === undefined ? [] : [[one, two] as const];
  });
  return comparePaired(
    both.map(([one]) => one),
    both.map(([, two]) => two),
  );
}

function metricVerdicts(metric: Metric, key: MetricKey, cells: readonly Cell[]): MetricVerdicts {
  if (!metric.ranked) return { margin: marginOf([]), aaPairs: [], pairs: [], ranks: new Map() };
  const compared = eachPair(cells, key);
  const twins = compared.filter(({ a, b }) => twinOf(a) === twinOf(b));
  const ranked = new Set(cells.filter(({ candidate }) => candidate).map(({ transport }) => transport));
  const candidates = compared.filter(({ a, b }) => ranked.has(a) && ranked.has(b));
  const margin = marginOf(twins.map(({ comparison }) => comparison));
  const judgements = judge(
    candidates.map(({ comparison }) => comparison),
    margin,
  );
  const pairs = candidates.flatMap(({ a, b, comparison }, index) => {
    const judgement = judgements[index];
    if (!judgement) return [];
    const aIsBetter = comparison.ratio < 1 === (metric.better === "lower");
    const better = judgement.verdict === "different" ? { better: aIsBetter ? a : b } : {};
    return { a, b, comparison, ...judgement, ...better };
  });
  const aaPairs = twins.flatMap(({ a, b, comparison }) =>
    judge([comparison], marginOf([])).map((judgement) => ({
      a,
      b,
      comparison,
      band: aaBand(comparison),
      tests: 1,
      ...judgement,
    })),
  );
  return { margin, aaPairs, pairs, ranks: ranksOf(pairs) };
}

function eachPair(
  cells: readonly Cell[],
  key: MetricKey,
): { readonly a: string; readonly b: string; readonly comparison: Comparison }[] {
  const figures = cells.flatMap((cell) => {
    const figure = observed(cell, key);
    return figure ? { name: cell.transport, figure } : [];
  });
  return figures.flatMap((one, index) =>
    figures.slice(index + 1).flatMap((other) => {
      const comparison = compareFigures(one.figure, other.figure);
      return comparison ? { a: one.name, b: other.name, comparison } : [];
    }),
  );
}
