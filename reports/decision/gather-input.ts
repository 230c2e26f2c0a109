import type { Results, Trial } from "../../harness/result/result.ts";
import { METRICS, type MetricKey } from "../metrics/catalogue.ts";
import { type Metric, pointerOf } from "../metrics/metric.ts";
import { comparedValues, type Figure, figureFrom, type Observed } from "../model/cell.ts";
import { factsOf, isCandidate } from "../model/looks.ts";
import { whyNone } from "../model/subject.ts";
import { levelOf, replicateOf, type ScenarioSummary } from "../model/summary.ts";
import { type PairVerdict, verdictsOfPairs } from "../model/verdicts.ts";
import { trouble } from "../prose/sentences.ts";
import { plain } from "../prose/text.ts";
import { CRITERIA } from "./criteria.ts";
import type { DecisionInput, InputFigure, TestedPair } from "./input.ts";
import { answersOf, REQUIREMENTS } from "./requirements.ts";

/** What the run offers to decide by: its candidates, and in each scenario the figures that speak for each criterion. */
export function decisionInput(results: Results, summary: readonly ScenarioSummary[]): DecisionInput {
  const transports = results.transports.filter((name) => isCandidate(name, factsOf(name, results)));
  const answers = transports.map((transport) => answersOf(transport, results));
  const found = summary.flatMap((one, scenario) => figuresIn(one, scenario, transports, results));
  return {
    transports: transports.map(plain),
    scenarios: summary.map(({ name }) => plain(name)),
    criteria: CRITERIA.map(({ key, label, about }) => ({ key, label, about })),
    requirements: REQUIREMENTS.map((one, at) => ({
      ...one,
      answers: answers.flatMap((own) => own[at] ?? []),
    })),
    figures: found.filter(({ values }) => values.some((value) => value !== null)),
    gaps: found
      .filter(({ values }) => values.every((value) => value === null))
      .flatMap(({ criterion, scenario, label, missing }) => {
        const reason = missing.find((one) => one !== null);
        return reason ? [{ criterion, scenario, reason: `no ${label}, ${reason}` }] : [];
      }),
    troubles: summary.flatMap(({ cells }, scenario) =>
      cells
        .filter((cell) => cell.candidate && cell.state !== "completed")
        .map((cell) => ({
          transport: transports.indexOf(cell.transport),
          scenario,
          reason: plain(trouble(cell, cell.replicate)).replace(/\.$/, ""),
        })),
    ),
    blocks: results.blocks,
    replicate: replicateOf(results),
    level: levelOf(results),
  };
}

/** A scenario that breaks something speaks for resilience alone: its latencies are those of the deliveries that still came. */
function figuresIn(
  summary: ScenarioSummary,
  scenario: number,
  transports: readonly string[],
  results: Results,
): InputFigure[] {
  const trials = (transport: string) =>
    results.trials.filter((one) => one.scenario === summary.name && one.transport === transport);
  const breaks = transports.some((transport) => trials(transport).some(({ metrics }) => metrics?.faults));
  return CRITERIA.flatMap(({ calm, silent = calm, broken }, criterion) => {
    if (breaks)
      return broken.flatMap((one) => {
        const figure = brokenFigure(one, transports, trials);
        return figure ? [{ ...figure, criterion, scenario }] : [];
      });
    // What a document says of its blocks may be anything; these were run.
    const last = Math.max(0, ...summary.cells.flatMap(({ blockNumbers }) => blockNumbers));
    const ran = Math.min(last, results.trials.length);
    const figure = calmFigure(summary.isOfConnections ? silent : calm, summary, transports, ran);
    return figure ? [{ ...figure, criterion, scenario }] : [];
  });
}

type Found = Omit<InputFigure, "criterion" | "scenario">;

function calmFigure(
  keys: readonly MetricKey[],
  { cells, verdicts }: ScenarioSummary,
  transports: readonly string[],
  blocks: number,
): Found | undefined {
  const own = transports.map((transport) => cells.find((cell) => cell.transport === transport));
  const completed = own.filter((cell) => cell?.state === "completed");
  const measured = keys.filter((key) => completed.some((cell) => cell?.figures[key].kind !== "absent"));
  const key =
    measured.find((one) => completed.every((cell) => cell?.figures[one].kind === "observed")) ?? measured[0];
  if (key === undefined) return undefined;
  return found(
    METRICS[key],
    own.map((cell) => ({
      figure: cell?.figures[key] ?? { kind: "absent" },
      state: cell?.state ?? "missing",
    })),
    verdicts[key].pairs,
    transports,
    blocks,
  );
}

/** Tested like the metrics that reports show: one family of pairs. */
function brokenFigure(
  metric: Metric,
  transports: readonly string[],
  trialsOf: (transport: string) => readonly Trial[],
): Found | undefined {
  const own = transports.map((transport) => figureFrom(trialsOf(transport), metric));
  if (own.every(({ figure }) => figure.kind === "absent")) return undefined;
  const named = own.flatMap(({ figure }, at) =>
    figure.kind === "observed" ? [{ name: transports[at] ?? "", figure }] : [],
  );
  const { pairs } = verdictsOfPairs(named, metric.better);
  const blocks = Math.max(
    0,
    ...transports.flatMap((transport) => trialsOf(transport).map(({ block }) => block + 1)),
  );
  return found(metric, own, pairs, transports, blocks);
}

function found(
  metric: Metric,
  own: readonly { readonly figure: Figure; readonly state: Parameters<typeof whyNone>[0]["state"] }[],
  pairs: readonly PairVerdict[],
  transports: readonly string[],
  blocks: number,
): Found {
  const usable = own.map(({ figure }) =>
    figure.kind === "observed" && figure.value > 0 ? figure : undefined,
  );
  return {
    label: metric.name,
    path: pointerOf(metric),
    values: usable.map((figure) => figure?.value ?? null),
    missing: own.map(({ figure, state }, at) => {
      if (usable[at]) return null;
      return figure.kind === "observed" ? "it is zero" : whyNone({ figure, state });
    }),
    blocks: usable.map((figure) => (figure ? byBlock(figure, blocks) : [])),
    tested: pairs.map(
      ({ a, b, verdict }): TestedPair => [transports.indexOf(a), transports.indexOf(b), verdict],
    ),
  };
}

/** To six digits, since a page carries them all and a resample needs no more. */
function byBlock(figure: Observed, blocks: number): (number | null)[] {
  const { at } = figure;
  const values = comparedValues(figure);
  return Array.from({ length: blocks }, (_, block) => {
    const value = values[at.indexOf(block + 1)];
    return value === undefined ? null : Number(value.toPrecision(6));
  });
}
