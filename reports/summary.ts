import type { Metrics, Results, Trial } from "../harness/result.ts";
import { type Metric, type MetricKey, mapMetrics } from "./metrics.ts";
import { isFloor } from "./wires.ts";

export type State = Trial["state"];

/** One value a trial, summed up over blocks: never pooled samples, never an averaged percentile within a block. */
export interface Observed {
  readonly kind: "observed";
  /** Over blocks; the mean of the middle two when their number is even. Of fault counts, the total. */
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly blocks: number;
  /** In the order of `blockNumbers` of the cell. */
  readonly values: readonly number[];
  /** To the lowest median of the scenario's wires; the floors are compared but set no mark. */
  readonly ratio?: number;
}

export type Figure =
  | Observed
  /** A quantile with too few publishes beyond it in at least one block. */
  | { readonly kind: "unsupported"; readonly needs: number; readonly had: number }
  /** Not measured, or void because the wire did not carry the load. */
  | { readonly kind: "absent" };

/** Something a reader must know of a wire in a scenario, with the blocks (from 1) it befell. */
interface Remark {
  readonly text: string;
  readonly blocks: readonly number[];
}

/** One wire in one scenario. */
export interface Cell {
  readonly transport: string;
  /** `missing`: the run ended before its first trial. */
  readonly state: State | "missing";
  /** The blocks (from 1) behind the figures. */
  readonly blockNumbers: readonly number[];
  readonly problems: readonly (Remark & { readonly state: State })[];
  readonly notes: readonly Remark[];
  readonly figures: Readonly<Record<MetricKey, Figure>>;
}

export interface ScenarioSummary {
  readonly name: string;
  readonly summary: string;
  readonly params: Readonly<Record<string, number>>;
  readonly cells: readonly Cell[];
}

/** The figures every report shows: observed, with ranges, in the order asked for. Nothing in it ranks. */
export function summarize(results: Results): readonly ScenarioSummary[] {
  return results.scenarios.map((scenario) => {
    const cells = results.transports.map((transport) =>
      cellOf(
        transport,
        results.trials.filter((one) => one.scenario === scenario.name && one.transport === transport),
      ),
    );
    return { ...scenario, cells: withRatios(cells) };
  });
}

/** The figure if there is one to show. */
export function observed(cell: Cell, key: MetricKey): Observed | undefined {
  const figure = cell.figures[key];
  return figure.kind === "observed" ? figure : undefined;
}

function cellOf(transport: string, trials: readonly Trial[]): Cell {
  // A re-queued trial stands for its block; the one it replaced stays among the problems.
  const standing = [...new Map(trials.map((one) => [one.block, one])).values()].sort(
    (a, b) => a.block - b.block,
  );
  const state = stateOf(standing.map((one) => one.state));
  const used = standing.filter((one) => one.state === "completed" || one.state === "saturated");
  const metrics = used.flatMap((one) => one.metrics ?? []);
  const figures = mapMetrics((metric) => figureOf(metric, metrics, state));
  return {
    transport,
    state,
    blockNumbers: used.filter((one) => one.metrics).map((one) => one.block + 1),
    problems: problemsOf(trials),
    notes: remarks(trials.flatMap((one) => one.notes.map((text) => ({ text, block: one.block })))),
    figures,
  };
}

/** Saturation in any block speaks for the wire: the figures of the blocks that got by would flatter it. */
function stateOf(states: readonly State[]): Cell["state"] {
  const order = ["saturated", "completed", "failed", "invalid", "skipped"] as const;
  return order.find((state) => states.includes(state)) ?? "missing";
}

function figureOf(metric: Metric, trials: readonly Metrics[], state: Cell["state"]): Figure {
  const values = trials.flatMap((one) => metric.read(one) ?? []);
  if (values.length === 0 || (metric.latency && state === "saturated")) return { kind: "absent" };
  const { quantile } = metric;
  if (quantile) {
    const had = Math.min(...trials.map(quantile.had));
    if (had < quantile.needs) return { kind: "unsupported", needs: quantile.needs, had };
  }
  const middle = metric.total ? values.reduce((sum, value) => sum + value, 0) : medianOf(values);
  return {
    kind: "observed",
    median: middle,
    min: Math.min(...values),
    max: Math.max(...values),
    blocks: values.length,
    values,
  };
}

function withRatios(cells: readonly Cell[]): Cell[] {
  const lowest = mapMetrics((_metric, key) =>
    Math.min(
      ...cells
        .filter((cell) => cell.state === "completed" && !isFloor(cell.transport))
        .flatMap((cell) => observed(cell, key)?.median ?? []),
    ),
  );
  return cells.map((cell) => ({
    ...cell,
    figures: mapMetrics((metric, key) => {
      const figure = cell.figures[key];
      const mark = lowest[key];
      const comparable = figure.kind === "observed" && !metric.total && mark > 0 && Number.isFinite(mark);
      return comparable ? { ...figure, ratio: figure.median / mark } : figure;
    }),
  }));
}

function problemsOf(trials: readonly Trial[]): Cell["problems"] {
  const states = ["saturated", "failed", "invalid", "skipped"] as const;
  return states.flatMap((state) =>
    remarks(
      trials
        .filter((one) => one.state === state)
        .map((one) => ({ text: one.reason ?? "", block: one.block })),
    ).map((remark) => ({ ...remark, state })),
  );
}

function remarks(entries: readonly { text: string; block: number }[]): Remark[] {
  const byText = new Map<string, Set<number>>();
  for (const { text, block } of entries) byText.set(text, (byText.get(text) ?? new Set()).add(block + 1));
  return [...byText].map(([text, blocks]) => ({ text, blocks: [...blocks].sort((a, b) => a - b) }));
}

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[sorted.length >> 1] ?? Number.NaN;
  const lower = sorted[(sorted.length - 1) >> 1] ?? Number.NaN;
  return lower + (upper - lower) / 2;
}
