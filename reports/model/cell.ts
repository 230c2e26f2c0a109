import type { Metrics, Trial } from "../../harness/result/result.ts";
import { estimateOf, type Interval } from "../../harness/statistics/estimate.ts";
import { METRIC_KEYS, type MetricKey, mapMetrics } from "../metrics/catalogue.ts";
import type { Metric } from "../metrics/metric.ts";
import { figureNumbers } from "../prose/format.ts";
import type { Replicate } from "../prose/text.ts";
import { mergedTail } from "./histogram.ts";
import { isCandidate, type Shown, type TransportFacts } from "./looks.ts";

export type State = Trial["state"];

/** One value a trial, summed up over blocks: never pooled samples, never an averaged percentile within a block. */
export interface Observed {
  readonly kind: "observed";
  /** Over blocks: the geometric mean from three on, else the median. Of errors, the total or the worst; of parts the mean. */
  readonly value: number;
  /** The 95 % t-interval of the geometric mean; none of fewer than three blocks, of zeros and of totals. */
  readonly interval?: Interval;
  readonly min: number;
  readonly max: number;
  readonly blocks: number;
  readonly values: readonly number[];
  /** The blocks (from 1) of the values, in their order. */
  readonly at: readonly number[];
  /**
   * What verdicts rest on instead of `values`, in their order: of a quantile that was taken from the histograms of all launches merged.
   */
  readonly tails?: readonly (number | undefined)[];
  /** To the lowest value of the scenario's transports; the baselines are compared but set no mark. */
  readonly ratio?: number;
}

export type Figure =
  | Observed
  /** A quantile with too few publishes beyond it in at least one block. */
  | { readonly kind: "unsupported"; readonly needs: number; readonly had: number }
  /** Measured, but lost in the noise in any block. */
  | { readonly kind: "unresolved" }
  /** Not measured, or void because the transport did not carry the load. */
  | { readonly kind: "absent" };

/** Something a reader must know of a transport in a scenario, with the blocks (from 1) it befell. */
interface Remark {
  readonly text: string;
  readonly blocks: readonly number[];
}

/** One transport in one scenario. */
export interface Cell extends Shown {
  /** There to be chosen, and so ranked among the others. */
  readonly candidate: boolean;
  /** `missing`: the run ended before its first trial. */
  readonly state: State | "missing";
  /** What its blocks are. */
  readonly replicate: Replicate;
  /** The blocks (from 1) behind the figures. */
  readonly blockNumbers: readonly number[];
  /** Where their trials stand in the results' list of trials (from 0), in the same order. */
  readonly places: readonly number[];
  readonly problems: readonly (Remark & { readonly state: State })[];
  readonly notes: readonly Remark[];
  readonly figures: Readonly<Record<MetricKey, Figure>>;
}

/** The state as readers see it. */
export function stateWord(state: Cell["state"]): string {
  if (state === "skipped") return "not measured";
  return state === "missing" ? "not run" : state;
}

/** The figure if there is one to show. */
export function observed(cell: Cell, key: MetricKey): Observed | undefined {
  const figure = cell.figures[key];
  return figure.kind === "observed" ? figure : undefined;
}

/** Whether in most launches its warm-up ended while its CPU per delivery was still falling: in one it may have been noise. */
export function isCold({ notes, blockNumbers }: Pick<Cell, "notes" | "blockNumbers">): boolean {
  const cold = new Set(notes.filter(({ text }) => text.startsWith("cold:")).flatMap(({ blocks }) => blocks));
  return cold.size > blockNumbers.length / 2;
}

/** One value a launch, which pairs are compared by. */
export function comparedValues({ values, tails }: Observed): readonly (number | undefined)[] {
  return tails ?? values;
}

/** What the figures of these cells are replicated by; some launches are launches for all. */
export function replicateAmong(cells: readonly Cell[]): Replicate {
  return cells.some(({ replicate }) => replicate === "launch") ? "launch" : "block";
}

/** What stands beside values: intervals once there is one, before that the ranges over blocks. */
export type Spread = "interval" | "range";

/** The one kind of spread that a table or text about these cells speaks of. */
export function spreadOf(cells: readonly Cell[]): Spread {
  const isEstimated = ({ figures }: Cell) =>
    METRIC_KEYS.some((key) => {
      const figure = figures[key];
      return figure.kind === "observed" && figure.interval !== undefined;
    });
  return cells.some(isEstimated) ? "interval" : "range";
}

/** The numbers a reader sees of a metric's figures, for choosing their column's unit and digits. */
export function shownNumbers(cells: readonly Cell[], key: MetricKey): number[] {
  return cells.flatMap((cell) => {
    const figure = observed(cell, key);
    return figure ? figureNumbers(figure) : [];
  });
}

/** One transport's trials of one scenario as a cell; `placeOf` tells where a trial stands in the results, `facts` what is known of the transport. */
export function cellOf(
  transport: string,
  trials: readonly Trial[],
  placeOf: (trial: Trial) => number | undefined,
  facts?: TransportFacts,
): Cell {
  const { state, used } = standing(trials);
  return {
    transport,
    look: facts?.look,
    candidate: isCandidate(transport, facts),
    state,
    replicate: trials.some(({ metrics }) => metrics?.sliced) ? "launch" : "block",
    blockNumbers: used.map(({ block }) => block),
    places: used.map(({ trial }) => placeOf(trial) ?? -1),
    problems: problemsOf(trials),
    notes: remarks(trials.flatMap((one) => one.notes.map((text) => ({ text, block: one.block })))),
    figures: mapMetrics((metric) => figureOf(metric, used, state)),
  };
}

/** One figure of one transport in one scenario, as a cell of these trials has it; for metrics that reports do not show. */
export function figureFrom(
  trials: readonly Trial[],
  metric: Metric,
): { readonly figure: Figure; readonly state: Cell["state"] } {
  const { state, used } = standing(trials);
  return { figure: figureOf(metric, used, state), state };
}

interface Used {
  readonly block: number;
  readonly trial: Trial;
  readonly metrics: Metrics;
}

/** A re-queued trial stands for its block; the one it replaced stays among the problems. */
function standing(trials: readonly Trial[]): { readonly state: Cell["state"]; readonly used: Used[] } {
  const last = [...new Map(trials.map((one) => [one.block, one])).values()].sort((a, b) => a.block - b.block);
  const used = last
    .filter((one) => one.state === "completed" || one.state === "saturated")
    .flatMap((trial) => (trial.metrics ? { block: trial.block + 1, trial, metrics: trial.metrics } : []));
  return { state: stateOf(last.map((one) => one.state)), used };
}

/** Saturation in any block speaks for the transport: the figures of the blocks that got by would flatter it. */
function stateOf(states: readonly State[]): Cell["state"] {
  const order = ["saturated", "completed", "failed", "invalid", "skipped"] as const;
  return order.find((state) => states.includes(state)) ?? "missing";
}

function figureOf(metric: Metric, trials: readonly Used[], state: Cell["state"]): Figure {
  const read = trials.flatMap(({ block, metrics }) => {
    const value = metric.read(metrics);
    return value === undefined ? [] : { block, value };
  });
  if (read.length === 0 && trials.some(({ metrics }) => metric.unresolved(metrics)))
    return { kind: "unresolved" };
  if (read.length === 0 || (metric.latency && state === "saturated")) return { kind: "absent" };
  const { support, quantile } = metric;
  const tail =
    quantile?.tail &&
    mergedTail(
      quantile.oneIn,
      trials.map(({ metrics }) => quantile.tail?.(metrics)),
    );
  // Each launch is one value of a median, and how far it rests on chance is seen in how launches differ.
  const ofLaunches = quantile?.oneIn === 2 && trials.every(({ metrics }) => metrics.sliced);
  if (support && (tail || ofLaunches)) {
    const had = trials.reduce((sum, { metrics }) => sum + support.had(metrics), 0);
    if (had < support.needs) return { kind: "unsupported", needs: support.needs, had };
  } else if (support) {
    const had = Math.min(...trials.map(({ metrics }) => support.had(metrics)));
    if (had < support.needs) return { kind: "unsupported", needs: support.needs, had };
  }
  const values = read.map(({ value }) => value);
  const estimate = tail && read.length === trials.length ? tail : combined(metric, values);
  return { ...observedOf(read, estimate), ...(tail ? { tails: tail.byLaunch } : {}) };
}

/** The figure that values of blocks make, given what they are estimated to be together; of one value at least. */
export function observedOf(
  read: readonly { readonly block: number; readonly value: number }[],
  { value, interval }: Pick<Observed, "value" | "interval">,
): Observed {
  const values = read.map((one) => one.value);
  return {
    kind: "observed",
    value,
    ...(interval ? { interval } : {}),
    min: Math.min(...values),
    max: Math.max(...values),
    blocks: values.length,
    values,
    at: read.map(({ block }) => block),
  };
}

function combined(
  { combine, better }: Metric,
  values: readonly number[],
): Pick<Observed, "value" | "interval"> {
  if (combine === "total") return { value: values.reduce((sum, one) => sum + one, 0) };
  if (combine === "worst") return { value: better === "higher" ? Math.min(...values) : Math.max(...values) };
  if (combine === "mean") return { value: values.reduce((sum, one) => sum + one, 0) / values.length };
  return estimateOf(values);
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
