import { launchesRun } from "../../harness/result/launches-run.ts";
import type { Results } from "../../harness/result/result.ts";
import { levelAfter } from "../../harness/statistics/looks.ts";
import { mapMetrics } from "../metrics/catalogue.ts";
import { type Story, storiesOf } from "../prose/fault-words.ts";
import type { Replicate } from "../prose/text.ts";
import { type Cell, cellOf, observed } from "./cell.ts";
import { testControls } from "./controls.ts";
import { factsOf } from "./looks.ts";
import { type Verdicts, verdictsOf } from "./verdicts.ts";

export interface ScenarioSummary {
  readonly name: string;
  readonly summary: string;
  readonly params: Readonly<Record<string, number>>;
  readonly cells: readonly Cell[];
  readonly verdicts: Verdicts;
  /** What its figures are replicated by: launches of slices, or blocks of trials in one piece. */
  readonly replicate: Replicate;
  /** Whether nothing is published in it, so that the connections are what is measured. A figure of deliveries that is missing is not a sign of that. */
  readonly isOfConnections: boolean;
  /** What faults did, where the plan has some. */
  readonly stories: readonly Story[];
}

/** A report asks for the summary in several places, and the tests behind its verdicts take their time. */
const known = new WeakMap<Results, readonly ScenarioSummary[]>();

/** The figures and verdicts every report shows, transports in the order asked for. Results must not change once summarized. */
export function summarize(results: Results): readonly ScenarioSummary[] {
  const summary = known.get(results) ?? summaryOf(results);
  known.set(results, summary);
  return summary;
}

function summaryOf(results: Results): readonly ScenarioSummary[] {
  const places = new Map(results.trials.map((trial, place) => [trial, place]));
  const scenarios = results.scenarios.map((scenario) => {
    const cells = results.transports.map((transport) =>
      cellOf(
        transport,
        results.trials.filter((one) => one.scenario === scenario.name && one.transport === transport),
        (trial) => places.get(trial),
        factsOf(transport, results),
      ),
    );
    return {
      ...scenario,
      cells: withRatios(cells),
      verdicts: verdictsOf(cells, isSliced(results, scenario.name) ? levelOf(results) : undefined),
      replicate: isSliced(results, scenario.name) ? ("launch" as const) : ("block" as const),
      isOfConnections: isOfConnections(results, scenario.name),
      stories: storiesOf(results, scenario.name),
    };
  });
  const verdicts = testControls(scenarios);
  return scenarios.map((scenario, index) => ({
    ...scenario,
    verdicts: verdicts[index] ?? scenario.verdicts,
  }));
}

/** What the blocks of a whole run are. */
export function replicateOf({ launches }: Results): Replicate {
  return launches ? "launch" : "block";
}

function isSliced({ launches }: Results, scenario: string): boolean {
  return launches?.scenarios.some(({ name }) => name === scenario) ?? false;
}

function isOfConnections({ trials }: Results, scenario: string): boolean {
  const measured = trials.flatMap((one) => (one.scenario === scenario && one.metrics ? [one.metrics] : []));
  return measured.length > 0 && measured.every(({ publishes, expected }) => publishes + expected === 0);
}

function withRatios(cells: readonly Cell[]): Cell[] {
  const lowest = mapMetrics((_metric, key) =>
    Math.min(
      ...cells
        .filter((cell) => cell.state === "completed" && cell.candidate)
        .flatMap((cell) => observed(cell, key)?.value ?? []),
    ),
  );
  return cells.map((cell) => ({
    ...cell,
    figures: mapMetrics((metric, key) => {
      const figure = cell.figures[key];
      const mark = lowest[key];
      const comparable = figure.kind === "observed" && !metric.combine && mark > 0 && Number.isFinite(mark);
      return comparable ? { ...figure, ratio: figure.value / mark } : figure;
    }),
  }));
}

/** The level at which all pairs of a sliced scenario are tested: 5 %, or what looks left of it, where the run was to end when its data say enough. */
export function levelOf(results: Results): number {
  const { until } = results.launches ?? {};
  return until ? levelAfter(launchesRun(results), until.looks, until.most) : 0.05;
}
