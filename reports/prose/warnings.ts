import type { Results } from "../../harness/result/result.ts";
import { LEAST_LAUNCHES } from "../../harness/statistics/all-pairs.ts";
import { METRICS, type MetricKey } from "../metrics/catalogue.ts";
import { type Cell, type State, stateWord } from "../model/cell.ts";
import { replicateOf, type ScenarioSummary, summarize } from "../model/summary.ts";
import { briefProblems, briefShortfalls, type Shortfall } from "./brief-warnings.ts";
import { outsideIn } from "./circumstances.ts";
import { dearLaunches } from "./dear-launches.ts";
import { blockList } from "./sentences.ts";
import { countedReplicates, listed, type Replicate } from "./text.ts";

const ADVICE: Partial<Record<State, string>> = {
  saturated: "lower --rate to find the load that it carries",
  invalid: "close other programs and run again",
  failed: "run it alone with --debug",
};

/** What stands between these figures and a decision, one line each, with what to do about it. */
export function warningsOf(results: Results): string[] {
  const summary = summarize(results);
  return [
    ...general(results),
    ...summary.flatMap((scenario) => [
      ...scenario.cells.flatMap((cell) => problems(cell, scenario.name, scenario.replicate)),
      ...shortfalls(scenario).map(({ text }) => text),
    ]),
    ...dearLaunches(results),
    ...unequalPlans(results),
  ];
}

/** More scenarios with too few publishes than these are told in one line. */
const NAMED_SHORTFALLS = 3;

/** The same for who reads lines as they scroll by: one for each kind of reason, however many trials it befell. */
export function briefWarningsOf(results: Results): string[] {
  const summary = summarize(results);
  const short = summary.flatMap((scenario) => shortfalls(scenario));
  return [
    ...general(results),
    ...summary.flatMap(({ name }) => briefProblems(results, name, ADVICE)),
    ...(short.length > NAMED_SHORTFALLS ? [briefShortfalls(short)] : short.map(({ text }) => text)),
    ...dearLaunches(results),
    ...unequalPlans(results),
  ];
}

function general(results: Results): string[] {
  const few = `${countedReplicates(results.blocks, replicateOf(results))}, so nothing is ranked: run without --quick, or with --blocks 4 or more.`;
  return [
    ...unfinished(results),
    ...seenFromOutside(results),
    ...(results.blocks < LEAST_LAUNCHES && !results.launches?.stopped ? [few] : []),
  ];
}

/** Of a service that is not the lab's only what came to its clients is known. */
function seenFromOutside(results: Results): string[] {
  return outsideIn(results).map((name) => {
    const isCounted = results.trials.some(
      ({ transport, metrics }) => transport === name && metrics?.tcpBytesPerDelivery !== undefined,
    );
    return isCounted
      ? `${name}: CPU and memory are not measured: not a process of the lab. TCP bytes are from its clients' sockets.`
      : `${name}: CPU, memory and bytes are not measured: not a process of the lab, and its connections are TLS from the start.`;
  });
}

function unfinished({ finishedAt, trials, transports, scenarios, blocks }: Results): string[] {
  if (finishedAt) return [];
  const planned = transports.length * scenarios.length * blocks;
  return [
    `The run did not finish: ${trials.length} of ${planned} trials. Continue it with notif-lab bench --resume and its folder.`,
  ];
}

function problems({ transport, problems: all }: Cell, scenario: string, replicate: Replicate): string[] {
  return all.map(({ state, text, blocks }) => {
    const advice = ADVICE[state];
    const where = `${transport} ${stateWord(state)} in ${scenario}, ${blockList(blocks, replicate)}`;
    return `${where}: ${text}${advice ? `; ${advice}` : ""}.`;
  });
}

/** One line a scenario for the quantiles that rest on too few publishes, with the duration that would do. */
function shortfalls({ name, params, cells }: ScenarioSummary): (Shortfall & { readonly text: string })[] {
  const keys: MetricKey[] = ["deliveryP50", "deliveryP90", "deliveryP99"];
  const short = keys.flatMap((key) => {
    const needs = cells.map((cell) => cell.figures[key]).filter((figure) => figure.kind === "unsupported");
    const had = Math.min(...needs.map((figure) => figure.had));
    return needs[0] ? [{ label: METRICS[key].label, needs: needs[0].needs, had }] : [];
  });
  const most = short.at(-1);
  if (!most) return [];
  const { duration } = params;
  const seconds =
    duration === undefined || most.had === 0 ? undefined : Math.ceil((duration * most.needs) / most.had);
  const advice = seconds === undefined ? "measure for longer" : `use --duration ${seconds}`;
  const labels = short.map(({ label }) => label);
  const few = `too few publishes for ${listed(labels)} (${most.had.toLocaleString("en-US")}; ${most.label} needs ${most.needs.toLocaleString("en-US")})`;
  return [{ scenario: name, labels, seconds, text: `${name}: ${few}; ${advice}.` }];
}

/** The lab promises every transport of a block the same plan; a reader can't check what nobody compares. */
function unequalPlans({ trials, scenarios }: Results): string[] {
  return scenarios
    .filter(({ name }) => {
      const own = trials.filter((one) => one.scenario === name);
      const hashes = new Set(own.map((one) => `${one.block} ${one.planHash}`));
      return hashes.size > new Set(own.map((one) => one.block)).size;
    })
    .map(
      ({ name }) =>
        `${name}: transports ran different plans in the same launch or block; do not compare them.`,
    );
}
