import type { Results } from "../../harness/result/result.ts";
import { type Interval, medianOf } from "../../harness/statistics/estimate.ts";
import type { Comparison } from "../../harness/statistics/paired.ts";
import { type Judgement, judge } from "../../harness/statistics/verdict.ts";
import { METRIC_KEYS, METRICS, type MetricKey, metricsIn } from "../metrics/catalogue.ts";
import { counted, listed } from "../prose/text.ts";
import type { Cell, Figure } from "./cell.ts";
import type { Shown } from "./looks.ts";
import { environmentDifferences, planDifferences, plannedRunOf } from "./plan-differences.ts";
import { type ScenarioSummary, summarize } from "./summary.ts";
import { compareFigures } from "./verdicts.ts";

/** The metrics that are told; the JSON has the others too. */
export const TOLD = metricsIn("comparison");

/** Whether there is something to tell of it: a figure in one of the runs, and of faults one that happened. */
export function isTold({ metric, a, b }: ComparedMetric): boolean {
  const shown = [a, b].filter((one) => one.kind === "observed");
  return METRICS[metric].combine ? shown.some(({ value }) => value > 0) : shown.length > 0;
}

/** One figure of a wire in run A and in run B. */
export interface ComparedMetric extends Partial<Judgement> {
  readonly metric: MetricKey;
  readonly a: Figure;
  readonly b: Figure;
  /** B/A over the blocks both have; absent where one of the two has no figure. */
  readonly effect?: Effect;
  /** As a share: effects up to it are of no consequence. Absent where nothing is judged. */
  readonly margin?: number;
  /** Of a verdict `different`: whether B is the better or the worse one. */
  readonly change?: "better" | "worse";
}

export interface Effect {
  readonly ratio: number;
  /** 95 %, from two common blocks on. */
  readonly interval?: Interval;
  readonly blocks: number;
}

export interface ComparedWire extends Shown {
  /** "saturated in B", or empty when both completed. */
  readonly states: string;
  readonly metrics: readonly ComparedMetric[];
}

export interface ComparedScenario {
  readonly name: string;
  readonly wires: readonly ComparedWire[];
}

/** Two runs of the same plan, B against A; plain data that can be written as JSON. */
export interface RunComparison {
  readonly a: RunLabel;
  readonly b: RunLabel;
  /** Why they should not be compared; empty when they can be. */
  readonly differences: readonly string[];
  /** What else a reader must know: other machines, other versions, what only one of them has. */
  readonly notes: readonly string[];
  readonly scenarios: readonly ComparedScenario[];
}

interface RunLabel {
  readonly startedAt: string;
  readonly command: string;
  readonly blocks: number;
}

/**
 * Compares run B with run A, wire by wire and block by block: the same seed gives a block the same plan in both. Verdicts take
 * all wires of one metric in one scenario as a family. Compares in any case; whether one may is in `differences`.
 */
export function compareRuns(a: Results, b: Results): RunComparison {
  const [summaryA, summaryB] = [summarize(a), summarize(b)];
  return {
    a: labelOf(a),
    b: labelOf(b),
    differences: planDifferences(plannedRunOf(a), plannedRunOf(b)),
    notes: notesOf(a, b),
    scenarios: summaryA.flatMap((one) => {
      const other = summaryB.find(({ name }) => name === one.name);
      return other ? [scenarioOf(one, other)] : [];
    }),
  };
}

/** B/A of two figures: `paired` if there is one, else of their medians over the blocks both have, without an interval. */
export function effectOf(a: Figure, b: Figure, paired?: Comparison): Effect | undefined {
  if (a.kind !== "observed" || b.kind !== "observed") return undefined;
  if (paired) return { ratio: paired.ratio, interval: paired.interval95, blocks: paired.blocks };
  const common = a.at.filter((block) => b.at.includes(block));
  if (common.length === 0) return undefined;
  const [one, two] = [a, b].map(({ at, values }) =>
    medianOf(values.filter((_, index) => common.includes(at[index] ?? 0))),
  );
  return { ratio: one === two ? 1 : (two ?? 0) / (one ?? 0), blocks: common.length };
}

function scenarioOf(a: ScenarioSummary, b: ScenarioSummary): ComparedScenario {
  const pairs = a.cells.flatMap((cell) => {
    const other = b.cells.find(({ transport }) => transport === cell.transport);
    return other ? [{ a: cell, b: other }] : [];
  });
  const compared = new Map(KEYS.map((key) => [key, metricOf(key, a, b, pairs)]));
  return {
    name: a.name,
    wires: pairs.map((pair, index) => ({
      transport: pair.a.transport,
      look: pair.a.look,
      states: statesOf(pair.a, pair.b),
      metrics: KEYS.flatMap((key) => compared.get(key)?.[index] ?? []),
    })),
  };
}

/** What is told of two runs: what transports are ranked by, and the faults of all blocks. */
const KEYS = METRIC_KEYS.filter((key) => METRICS[key].ranked || METRICS[key].combine);

/** One metric of all wires, which are judged together. */
function metricOf(
  key: MetricKey,
  { verdicts: verdictsA }: ScenarioSummary,
  { verdicts: verdictsB }: ScenarioSummary,
  pairs: readonly { readonly a: Cell; readonly b: Cell }[],
): ComparedMetric[] {
  const { better, ranked } = METRICS[key];
  const both = pairs.map(({ a, b }) => {
    const [one, two] = [a.figures[key], b.figures[key]];
    const comparable = ranked && one.kind === "observed" && two.kind === "observed";
    return { a: one, b: two, paired: comparable ? compareFigures(two, one) : undefined };
  });
  const comparisons = both.flatMap(({ paired }) => paired ?? []);
  const margin = Math.max(verdictsA[key].margin, verdictsB[key].margin);
  const judgements = judge(comparisons, margin);
  return both.map(({ a, b, paired }) => {
    const effect = ranked ? effectOf(a, b, paired) : undefined;
    const judgement = paired && judgements[comparisons.indexOf(paired)];
    const isBetter = (effect?.ratio ?? 1) < 1 === (better === "lower");
    const change =
      judgement?.verdict === "different" ? ({ change: isBetter ? "better" : "worse" } as const) : {};
    const judged = judgement ? { ...judgement, margin } : {};
    return { metric: key, a, b, ...(effect ? { effect } : {}), ...judged, ...change };
  });
}

function statesOf(a: Cell, b: Cell): string {
  const told = [a, b].flatMap(({ state }, index) =>
    state === "completed" ? [] : `${state === "missing" ? "not run" : state} in ${index === 0 ? "A" : "B"}`,
  );
  return told.join(", ");
}

function notesOf(a: Results, b: Results): string[] {
  const lone = (what: string, own: readonly string[], other: readonly string[], run: string) => {
    const only = own.filter((name) => !other.includes(name));
    return only.length > 0 ? [`only in ${run}: ${what}${only.length > 1 ? "s" : ""} ${listed(only)}`] : [];
  };
  const scenarios = (results: Results) => results.scenarios.map(({ name }) => name);
  const fewer = Math.min(a.blocks, b.blocks);
  return [
    "The two runs were made at different times: what changed on the machine in between is not averaged out, as it is between the wires of one run.",
    ...lone("wire", a.transports, b.transports, "A"),
    ...lone("wire", b.transports, a.transports, "B"),
    ...lone("scenario", scenarios(a), scenarios(b), "A"),
    ...lone("scenario", scenarios(b), scenarios(a), "B"),
    ...(a.blocks === b.blocks
      ? []
      : [`blocks ${a.blocks} in A, ${b.blocks} in B: the first ${fewer} are paired`]),
    ...(fewer === 1 ? ["one block can't tell a change from noise: run both with --blocks 10"] : []),
    ...(fewer > 1 && fewer < 10
      ? [`${counted(fewer, "block")}: verdicts need 10, run both with --blocks 10`]
      : []),
    ...[a, b].flatMap(({ finishedAt }, index) =>
      finishedAt ? [] : [`${index === 0 ? "A" : "B"} did not finish: what it has is compared`],
    ),
    ...environmentDifferences(a, b).map((text) => `environment: ${text}`),
  ];
}

function labelOf({ startedAt, command, blocks }: Results): RunLabel {
  return { startedAt, command, blocks };
}
