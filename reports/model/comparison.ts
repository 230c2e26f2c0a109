import type { Results } from "../../harness/result/result.ts";
import { LEAST_LAUNCHES, type PairEstimate } from "../../harness/statistics/all-pairs.ts";
import { type Interval, medianOf } from "../../harness/statistics/estimate.ts";
import { type PairVerdict as Verdict, verdictOf } from "../../harness/statistics/pair-verdict.ts";
import { furtherLaunches } from "../../harness/statistics/power.ts";
import { METRIC_KEYS, METRICS, type MetricKey, metricsIn } from "../metrics/catalogue.ts";
import { counted, listed, type Replicate, replicates } from "../prose/text.ts";
import { type Cell, type Figure, stateWord } from "./cell.ts";
import { CONTROL_METRICS, controlFigure, inUnitsOf, isControlled, sharedControl } from "./control.ts";
import type { Shown } from "./looks.ts";
import { environmentDifferences, planDifferences, plannedRunOf } from "./plan-differences.ts";
import { type ScenarioSummary, summarize } from "./summary.ts";
import { compareTwo, MARGIN } from "./verdicts.ts";

/** The metrics that are told; the JSON has the others too. */
export const REPORTED = metricsIn("comparison");

/** Whether there is something to tell of it: a figure in one of the runs, and of delivery errors one that happened. */
export function isReported({ metric, a, b }: ComparedMetric): boolean {
  const shown = [a, b].filter((one) => one.kind === "observed");
  return METRICS[metric].combine ? shown.some(({ value }) => value > 0) : shown.length > 0;
}

/** One figure of a transport in run A and in run B. */
export interface ComparedMetric extends Change {
  readonly metric: MetricKey;
  /** The same in units of the control of the same launch, which has what changed on the machine in it too; absent where a run has no control. */
  readonly byControl?: Change;
}

/** How a figure changed from run A to run B. */
export interface Change {
  readonly a: Figure;
  readonly b: Figure;
  /** B/A over the blocks both have; absent where one of the two has no figure. */
  readonly effect?: Effect;
  /** Absent where the two have fewer than three blocks in common. */
  readonly verdict?: Verdict;
  /** As a share: effects up to it are of no consequence. Absent where there is no verdict. */
  readonly margin?: number;
  /** Of what is inconclusive: how many more blocks of each run would decide it, with a power of 80 %, if effect and noise are as they appear. */
  readonly furtherLaunches?: number;
  /** Of a verdict `different`: whether B is the better or the worse one. */
  readonly change?: "better" | "worse";
}

export interface Effect {
  readonly ratio: number;
  /** 95 % for all transports of the metric at once, from three common blocks on. */
  readonly interval?: Interval;
  readonly blocks: number;
}

export interface ComparedTransport extends Shown {
  /** "saturated in B", or empty when both completed. */
  readonly states: string;
  readonly metrics: readonly ComparedMetric[];
}

export interface ComparedScenario {
  readonly name: string;
  readonly transports: readonly ComparedTransport[];
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
  /** What both runs had beside what they compared; absent where one had none. */
  readonly control?: ComparedControl;
}

/** How the control changed between the runs. That it did is one question, which all its figures are tested for together. */
export interface ComparedControl {
  readonly transport: string;
  readonly figures: readonly ({ readonly scenario: string } & ComparedMetric)[];
}

interface RunLabel {
  readonly startedAt: string;
  readonly command: string;
  readonly blocks: number;
  /** What the blocks are, if the run was measured in slices. */
  readonly replicate: Replicate;
}

/**
 * Compares run B with run A, transport by transport and block by block: the same seed gives a block the same plan in both. The intervals of
 * all transports of one metric in one scenario hold together (Sidak). Compares in any case; whether one may is in `differences`.
 */
export function compareRuns(a: Results, b: Results): RunComparison {
  const [summaryA, summaryB] = [summarize(a), summarize(b)];
  const control = compareControls(a, b);
  return {
    a: labelOf(a),
    b: labelOf(b),
    differences: planDifferences(plannedRunOf(a), plannedRunOf(b)),
    notes: [...notesOf(a, b), ...lacksControl(a, b)],
    scenarios: summaryA.flatMap((one) => {
      const other = summaryB.find(({ name }) => name === one.name);
      return other ? [scenarioOf({ results: a, ...one }, { results: b, ...other }, control?.transport)] : [];
    }),
    ...(control ? { control } : {}),
  };
}

/** How the control of both runs changed; undefined where they have none in common. */
export function compareControls(a: Results, b: Results): ComparedControl | undefined {
  const transport = sharedControl(a, b);
  if (transport === undefined) return undefined;
  const names = a.scenarios.map(({ name }) => name);
  const figures = names.flatMap((scenario) =>
    CONTROL_METRICS.map((metric) => ({
      scenario,
      metric,
      a: controlFigure(a, scenario, METRICS[metric]),
      b: controlFigure(b, scenario, METRICS[metric]),
    })),
  );
  const measured = figures.filter((one) => one.a.kind === "observed" && one.b.kind === "observed");
  if (measured.length === 0) return undefined;
  const changes = changesOf(measured, "lower", 0);
  return {
    transport,
    figures: measured.flatMap((one, index) => {
      const change = changes[index];
      return change ? [{ ...one, ...change }] : [];
    }),
  };
}

/** B/A of two figures: `paired` if there is one, else of their medians over the blocks both have, without an interval. */
export function effectOf(a: Figure, b: Figure, paired?: PairEstimate): Effect | undefined {
  if (a.kind !== "observed" || b.kind !== "observed") return undefined;
  if (paired) return { ratio: paired.ratio, interval: paired.interval, blocks: paired.launches };
  const common = a.at.filter((block) => b.at.includes(block));
  if (common.length === 0) return undefined;
  const [one, two] = [a, b].map(({ at, values }) =>
    medianOf(values.filter((_, index) => common.includes(at[index] ?? 0))),
  );
  return { ratio: one === two ? 1 : (two ?? 0) / (one ?? 0), blocks: common.length };
}

/** A scenario with the run that it is of. */
type OfRun = ScenarioSummary & { readonly results: Results };

function scenarioOf(a: OfRun, b: OfRun, control: string | undefined): ComparedScenario {
  const pairs = a.cells.flatMap((cell) => {
    const other = b.cells.find(({ transport }) => transport === cell.transport);
    return other ? [{ a: cell, b: other }] : [];
  });
  const compared = new Map(KEYS.map((key) => [key, metricOf(key, a, b, pairs, control)]));
  return {
    name: a.name,
    transports: pairs.map((pair, index) => ({
      transport: pair.a.transport,
      look: pair.a.look,
      states: statesOf(pair.a, pair.b),
      metrics: KEYS.flatMap((key) => compared.get(key)?.[index] ?? []),
    })),
  };
}

/** What is told of two runs: what transports are ranked by, and the delivery errors of all blocks. */
const KEYS = METRIC_KEYS.filter(
  (key) => METRICS[key].ranked || (METRICS[key].combine && METRICS[key].better !== "none"),
);

/** One metric of all transports, which are tested together. */
function metricOf(
  key: MetricKey,
  a: OfRun,
  b: OfRun,
  pairs: readonly { readonly a: Cell; readonly b: Cell }[],
  control: string | undefined,
): ComparedMetric[] {
  const metric = METRICS[key];
  const figures = pairs.map((pair) => ({ a: pair.a.figures[key], b: pair.b.figures[key] }));
  const { better, ranked } = metric;
  if (!ranked) return figures.map((one) => ({ metric: key, ...one }));
  const aaBand = Math.max(a.verdicts[key].aaBand, b.verdicts[key].aaBand);
  const changes = changesOf(figures, better, aaBand);
  // In its own units the control is 1 in every launch.
  const others = pairs.map((pair) => control !== undefined && pair.a.transport !== control);
  const units =
    others.includes(true) && isControlled(metric)
      ? { a: controlFigure(a.results, a.name, metric), b: controlFigure(b.results, b.name, metric) }
      : undefined;
  const inUnits = figures.map((one, index) =>
    units && others[index]
      ? { a: inUnitsOf(units.a, one.a), b: inUnitsOf(units.b, one.b) }
      : ({ a: NONE, b: NONE } as const),
  );
  const byControl = changesOf(inUnits, better, aaBand);
  return changes.map((change, index) => {
    const beside = byControl[index];
    return { metric: key, ...change, ...(beside?.effect ? { byControl: beside } : {}) };
  });
}

const NONE: Figure = { kind: "absent" };

/** Figures that are tested together. */
function changesOf(
  figures: readonly { readonly a: Figure; readonly b: Figure }[],
  better: "lower" | "higher" | "none",
  aaBand: number,
): Change[] {
  const many = figures.filter(({ a, b }) => a.kind === "observed" && b.kind === "observed").length;
  const level = 1 - 0.95 ** (1 / Math.max(1, many));
  return figures.map(({ a, b }) => {
    const paired = a.kind === "observed" && b.kind === "observed" ? compareTwo(b, a, level) : undefined;
    const effect = effectOf(a, b, paired);
    return {
      a,
      b,
      ...(effect ? { effect } : {}),
      ...(paired ? verdictOn(paired, { aaBand, level }, better) : {}),
    };
  });
}

function verdictOn(
  pair: PairEstimate,
  { aaBand, level }: { readonly aaBand: number; readonly level: number },
  better: "lower" | "higher" | "none",
): Pick<ComparedMetric, "verdict" | "margin" | "furtherLaunches" | "change"> {
  const verdict = verdictOf(pair, { aaBand });
  const isBetter = pair.meanLog < 0 === (better === "lower");
  if (verdict === "different") return { verdict, margin: MARGIN, change: isBetter ? "better" : "worse" };
  const further =
    verdict === "inconclusive" ? furtherLaunches(pair, { pairs: 1, level, aaBand })?.launches : undefined;
  return { verdict, margin: MARGIN, ...(further === undefined ? {} : { furtherLaunches: further }) };
}

function statesOf(a: Cell, b: Cell): string {
  const exceptions = [a, b].flatMap(({ state }, index) =>
    state === "completed" ? [] : `${stateWord(state)} in ${index === 0 ? "A" : "B"}`,
  );
  return exceptions.join(", ");
}

/** One control compares nothing. */
function lacksControl(a: Results, b: Results): string[] {
  if (isOneRun(a, b) || sharedControl(a, b) !== undefined) return [];
  const without = [a, b].map(({ control }) => control === undefined);
  if (without[0] === without[1]) return [];
  return [`${without[0] ? "A" : "B"} has no control transport, so figures can't be compared in its units`];
}

/** Whether they are of two builds that one run measured (`bench --against`). */
function isOneRun(a: Results, b: Results): boolean {
  const isOfOneMore = a.besideBuild !== undefined || b.besideBuild !== undefined;
  return isOfOneMore && a.startedAt === b.startedAt && a.seed === b.seed;
}

function notesOf(a: Results, b: Results): string[] {
  const lone = (what: string, own: readonly string[], other: readonly string[], run: string) => {
    const only = own.filter((name) => !other.includes(name));
    return only.length > 0 ? [`only in ${run}: ${what}${only.length > 1 ? "s" : ""} ${listed(only)}`] : [];
  };
  const scenarios = (results: Results) => results.scenarios.map(({ name }) => name);
  const fewer = Math.min(a.blocks, b.blocks);
  const { replicate } = labelOf(a);
  return [
    isOneRun(a, b)
      ? "A and B are two builds that were measured in the same launches, so that the machine was the same for both."
      : "The two runs were made at different times: what changed on the machine in between is not averaged out, as it is between the transports of one run.",
    ...lone("transport", a.transports, b.transports, "A"),
    ...lone("transport", b.transports, a.transports, "B"),
    ...lone("scenario", scenarios(a), scenarios(b), "A"),
    ...lone("scenario", scenarios(b), scenarios(a), "B"),
    ...(a.blocks === b.blocks
      ? []
      : [`${replicates(replicate)} ${a.blocks} in A, ${b.blocks} in B: the first ${fewer} are paired`]),
    ...(fewer === 1
      ? [`one ${replicate} can't tell a change from noise: run both with --blocks 4 or more`]
      : []),
    ...(fewer > 1 && fewer < LEAST_LAUNCHES
      ? [
          `${counted(fewer, replicate, replicates(replicate))}: verdicts need ${LEAST_LAUNCHES}, run both with --blocks 4 or more`,
        ]
      : []),
    ...[a, b].flatMap(({ finishedAt }, index) =>
      finishedAt ? [] : [`${index === 0 ? "A" : "B"} did not finish: what it has is compared`],
    ),
    ...environmentDifferences(a, b).map((text) => `environment: ${text}`),
  ];
}

function labelOf({ startedAt, command, blocks, launches }: Results): RunLabel {
  return { startedAt, command, blocks, replicate: launches ? "launch" : "block" };
}
