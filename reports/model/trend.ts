import type { Results } from "../../harness/result/result.ts";
import { METRICS, type MetricKey } from "../metrics/catalogue.ts";
import { REPORTED } from "../model/comparison.ts";
import type { Replicate } from "../prose/text.ts";
import type { Figure } from "./cell.ts";
import { type ComparedControl, type ComparedMetric, compareRuns } from "./comparison.ts";
import { type Shown, shownOf } from "./looks.ts";
import { environmentDifferences, planDifferences, plannedRunOf } from "./plan-differences.ts";
import { replicateOf, type ScenarioSummary, summarize } from "./summary.ts";

/** One run of a trend, in words. */
export interface TrendRun {
  readonly startedAt: string;
  readonly command: string;
  readonly blocks: number;
  /** What the blocks are. */
  readonly replicate: Replicate;
  readonly finished: boolean;
  /** Of notif-lab itself, with the revision where it ran from a clone. */
  readonly version: string;
  /** What is not as in the run before: environment, and plan where that was allowed. */
  readonly changes: readonly string[];
}

/** One transport by one metric over the runs. */
export interface TrendLine extends Shown {
  /** One a run, in their order; absent where the run has not this transport or scenario. */
  readonly figures: readonly Figure[];
  /** The last run against the first one, tested with all transports of the metric; absent where one of the two lacks it. */
  readonly sinceFirst?: ComparedMetric;
}

export interface TrendMetric {
  readonly metric: MetricKey;
  readonly lines: readonly TrendLine[];
}

export interface TrendScenario {
  readonly name: string;
  readonly metrics: readonly TrendMetric[];
}

/** Runs of one plan in the order they began; plain data that can be written as JSON. */
export interface Trend {
  readonly runs: readonly TrendRun[];
  readonly scenarios: readonly TrendScenario[];
  /** How the control changed from the first run to the last; absent where one of the two had none. */
  readonly control?: ComparedControl;
}

/** The runs by the time they began, earliest first. */
function inOrder(runs: readonly Results[]): Results[] {
  return [...runs].sort((a, b) => Date.parse(a.startedAt) - Date.parse(b.startedAt));
}

/** The trend of at least two runs, whatever the order they are given in. Whether they are of one plan is not looked at here. */
export function trendOf(given: readonly Results[]): Trend {
  const runs = inOrder(given);
  const [first, last] = [runs[0], runs.at(-1)];
  const { scenarios: compared = [], control } = first && last ? compareRuns(first, last) : {};
  const summaries = runs.map(summarize);
  const names = unique(runs.flatMap(({ scenarios }) => scenarios.map(({ name }) => name)));
  // A transport looks as the last run with it has it.
  const transports = new Map(
    runs.flatMap((run) => shownOf(run.transports, run)).map((one) => [one.transport, one]),
  );
  return {
    runs: runs.map((run, index) => runOf(run, runs[index - 1])),
    scenarios: names.map((name) => ({
      name,
      metrics: REPORTED.flatMap((metric) => {
        const lines = [...transports].flatMap(([transport, shown]) => {
          const figures = summaries.map((summary) => figureOf(summary, name, transport, metric));
          if (!figures.some(({ kind }) => kind === "observed")) return [];
          const sinceFirst = compared
            .find((one) => one.name === name)
            ?.transports.find((one) => one.transport === transport)
            ?.metrics.find((one) => one.metric === metric);
          return [{ ...shown, figures, ...(sinceFirst?.effect ? { sinceFirst } : {}) }];
        });
        return isWorthTelling(metric, lines) ? [{ metric, lines }] : [];
      }),
    })),
    ...(control ? { control } : {}),
  };
}

/** A metric that some run measured; of delivery errors, one that some run had. */
function isWorthTelling(metric: MetricKey, lines: readonly TrendLine[]): boolean {
  if (!METRICS[metric].combine) return lines.length > 0;
  return lines.some(({ figures }) => figures.some((one) => one.kind === "observed" && one.value > 0));
}

function figureOf(
  summary: readonly ScenarioSummary[],
  scenario: string,
  transport: string,
  metric: MetricKey,
): Figure {
  const cells = summary.find(({ name }) => name === scenario)?.cells;
  return cells?.find((cell) => cell.transport === transport)?.figures[metric] ?? { kind: "absent" };
}

function runOf(run: Results, before: Results | undefined): TrendRun {
  const { startedAt, command, blocks, finishedAt, environment } = run;
  const revision = environment.gitRevision === null ? "" : ` (${environment.gitRevision})`;
  const changes = before
    ? [
        ...planDifferences(plannedRunOf(before), plannedRunOf(run)),
        ...environmentDifferences(before, run),
      ].map((text) => text.replace(/ in A, (.*) in B$/, ", now $1"))
    : [];
  return {
    startedAt,
    command,
    blocks,
    replicate: replicateOf(run),
    finished: finishedAt !== undefined,
    version: environment.notifLab + revision,
    changes,
  };
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)];
}
