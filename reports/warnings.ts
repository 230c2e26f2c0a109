import type { Results } from "../harness/result.ts";
import type { Cell, State } from "./cell.ts";
import { METRICS, type MetricKey } from "./metrics.ts";
import { blockList } from "./sentences.ts";
import { type ScenarioSummary, summarize } from "./summary.ts";
import { counted, listed } from "./text.ts";

const ADVICE: Partial<Record<State, string>> = {
  saturated: "lower --rate to find what it carries",
  invalid: "quieten the machine and run again",
  failed: "run it alone with --debug",
};

/** What stands between these figures and a decision, one line each, with what to do about it. */
export function warningsOf(results: Results): string[] {
  const summary = summarize(results);
  return [
    ...unfinished(results),
    ...(results.blocks < 10
      ? [`${counted(results.blocks, "block")}, so nothing is ranked: run with --blocks 10.`]
      : []),
    ...summary.flatMap((scenario) => [
      ...scenario.cells.flatMap((cell) => problems(cell, scenario.name)),
      ...shortfalls(scenario),
    ]),
    ...unequalPlans(results),
  ];
}

function unfinished({ finishedAt, trials, transports, scenarios, blocks }: Results): string[] {
  if (finishedAt) return [];
  const planned = transports.length * scenarios.length * blocks;
  return [
    `The run did not finish: ${trials.length} of ${planned} trials. Go on with notif-lab bench --resume and its folder.`,
  ];
}

function problems({ transport, problems: all }: Cell, scenario: string): string[] {
  return all.map(({ state, text, blocks }) => {
    const advice = ADVICE[state];
    const where = `${transport} ${state} in ${scenario}, ${blockList(blocks)}`;
    return `${where}: ${text}${advice ? `; ${advice}` : ""}.`;
  });
}

/** One line a scenario for the quantiles that rest on too few publishes, with the duration that would do. */
function shortfalls({ name, params, cells }: ScenarioSummary): string[] {
  const keys: MetricKey[] = ["deliveryP50", "deliveryP90", "deliveryP99"];
  const short = keys.flatMap((key) => {
    const needs = cells.map((cell) => cell.figures[key]).filter((figure) => figure.kind === "unsupported");
    const had = Math.min(...needs.map((figure) => figure.had));
    return needs[0] ? [{ label: METRICS[key].label, needs: needs[0].needs, had }] : [];
  });
  const most = short.at(-1);
  if (!most) return [];
  const { duration } = params;
  const advice =
    duration === undefined || most.had === 0
      ? "measure for longer"
      : `--duration ${Math.ceil((duration * most.needs) / most.had)} would do`;
  const labels = listed(short.map(({ label }) => label));
  return [
    `${name}: too few publishes for ${labels} (${most.had}; ${most.label} needs ${most.needs.toLocaleString("en-US")}): ${advice}.`,
  ];
}

/** The lab promises every wire of a block the same plan; a reader can't check what nobody compares. */
function unequalPlans({ trials, scenarios }: Results): string[] {
  return scenarios
    .filter(({ name }) => {
      const own = trials.filter((one) => one.scenario === name);
      const hashes = new Set(own.map((one) => `${one.block} ${one.planHash}`));
      return hashes.size > new Set(own.map((one) => one.block)).size;
    })
    .map(({ name }) => `${name}: wires of the same block ran different plans; do not compare them.`);
}
