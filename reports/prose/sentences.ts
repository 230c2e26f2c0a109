import type { Results } from "../../harness/result/result.ts";
import { METRICS, type MetricKey } from "../metrics/catalogue.ts";
import { type Cell, type Observed, observed, type State, spreadOf, stateWord } from "../model/cell.ts";
import { replicateOf, type ScenarioSummary } from "../model/summary.ts";
import { serverPlace } from "./agent-site.ts";
import { circumstancesText, labsOwnIn, outsideIn } from "./circumstances.ts";
import { quantity, ranged, times } from "./format.ts";
import { capitalised, counted, countedReplicates, listed, type Replicate, replicates } from "./text.ts";
import { aaSentences, COSTS, verdictSentence } from "./verdict-words.ts";

const NAMED_SCENARIOS = 4;
/** More reasons than these are counted; fewer are given in full. */
const NAMED_SETBACKS = 3;

/** The question the run was made to answer. */
export function titleOf({ transports, scenarios }: Results): string {
  const [first, ...others] = scenarios;
  if (!first) return "Which transport?";
  const question = transports.length === 1 ? `What does ${transports[0]} cost for` : "Which transport for";
  const { connections, rate } = first.params;
  if (connections === undefined || rate === undefined)
    return `${question} ${listed(scenarios.map((one) => one.name))}?`;
  const users = counted(connections, "connection");
  if (scenarios.length > NAMED_SCENARIOS) return `${question} ${scenarios.length} scenarios?`;
  if (others.length === 0)
    return `${question} ${users} at ${counted(rate, "publish", "publishes")} a second?`;
  const same = others.every((one) => one.params.connections === connections);
  return `${question} ${listed(scenarios.map((one) => one.name))}${same ? ` with ${users}` : ""}?`;
}

/** What was run, on what. */
export function ranSentence(results: Results): string {
  const { transports, scenarios, blocks, trials, launches, agents } = results;
  const planned = transports.length * scenarios.length * blocks;
  const ran =
    trials.length < planned ? `${trials.length} of ${planned} trials` : counted(trials.length, "trial");
  const seconds = launches?.scenarios[0]?.sliceSeconds;
  const isOwn = labsOwnIn(results).length > 0 && outsideIn(results).length === 0;
  const where = agents === undefined && isOwn ? " on one machine" : "";
  const how =
    seconds === undefined
      ? `each in fresh processes${where}`
      : `in each launch fresh processes of all transports side by side${where}, measured in slices of ${seconds} s`;
  const otherwise = circumstancesText(results);
  return (
    `${counted(transports.length, "transport")} got the same plan in ${counted(scenarios.length, "scenario")} over ` +
    `${countedReplicates(blocks, replicateOf(results))} (${results.preset}): ${ran}, ${how}.${otherwise ? ` ${otherwise}` : ""}`
  );
}

/** What a reader with ten minutes should take from a scenario: verdicts or spans, what transports cost, who did not make it. */
export function observations(scenario: ScenarioSummary): string[] {
  const { cells, replicate } = scenario;
  const transports = cells.filter((cell) => cell.candidate && cell.state === "completed");
  const verdict = verdictSentence(scenario, "deliveryP50", { whole: true });
  const costs = COSTS.flatMap((key) => {
    const text = verdictSentence(scenario, key, { whole: false });
    if (text) return text;
    const seen = span(transports, key);
    return seen ? `${capitalised(seen)}.` : [];
  });
  return [
    ...(verdict ? [verdict] : scenario.isOfConnections ? ofConnections(transports) : [latency(transports)]),
    ...costs,
    ...aaSentences(scenario, ["deliveryP50", ...COSTS]),
    ...cells
      .filter((cell) => cell.state !== "completed" && (cell.problems.length > 0 || cell.state === "missing"))
      .map((cell) => trouble(cell, replicate)),
    ...setbacks(
      cells.filter((cell) => cell.state === "completed" && cell.problems.length > 0),
      replicate,
    ),
  ];
}

/** What ran the servers; undefined for Node.js. */
export function serversOn({ serverRuntime }: Results["environment"]): string | undefined {
  return serverRuntime && `servers on ${serverRuntime.name} ${serverRuntime.version}`;
}

/** The run's quality in one line: blocks, trials by state, machine, generator. */
export function qualityLine(results: Results, summary: readonly ScenarioSummary[]): string {
  const { blocks, trials, environment } = results;
  const states: State[] = ["completed", "saturated", "invalid", "failed", "skipped"];
  const counts = states
    .map((state) => ({ state, count: trials.filter((one) => one.state === state).length }))
    .filter(({ state, count }) => count > 0 || state === "invalid" || state === "failed")
    .map(({ state, count }) => `${count} ${stateWord(state)}`);
  const busy = summary
    .flatMap((scenario) => scenario.cells)
    .flatMap((cell) => observed(cell, "loadLoop")?.max ?? []);
  const bursts = summary
    .flatMap((scenario) => scenario.cells)
    .flatMap((cell) => observed(cell, "loadBursts")?.max ?? []);
  const inBursts =
    bursts.length > 0
      ? `, up to ${quantity("share", Math.max(...bursts))} while the deliveries of one publish come in`
      : "";
  const generator =
    busy.length > 0
      ? `load processes busy at most ${quantity("share", Math.max(...busy))} of the time${inBursts}`
      : undefined;
  return [
    countedReplicates(blocks, replicateOf(results)),
    `trials: ${counts.join(", ")}`,
    `${serverPlace(results) ? "started from " : ""}${environment.cpuModel}, ${counted(environment.cpus, "CPU")}, ${quantity("bytes", environment.memoryBytes)}`,
    serversOn(environment),
    `load average before ${environment.loadAverageBefore.toFixed(2)}`,
    generator,
  ]
    .filter((part) => part !== undefined)
    .join(" · ");
}

/** Transports that completed and had some trials that did not: a few with their reasons, many by their number. */
function setbacks(cells: readonly Cell[], replicate: Replicate): string[] {
  const reasons = cells.flatMap(({ problems }) => problems).length;
  if (reasons <= NAMED_SETBACKS) return cells.map((cell) => trouble(cell, replicate));
  const each = cells.map(({ transport, problems }) => {
    const trials = problems.reduce((sum, { blocks }) => sum + blocks.length, 0);
    return `${trials} of ${transport}`;
  });
  return [`Left out of the figures are trials that were invalid or did not complete: ${listed(each)}.`];
}

/** A problem of one transport in words, with its reason: "grpc failed in block 2: no server". */
export function trouble(cell: Cell, replicate: Replicate = "block"): string {
  if (cell.state === "missing") return `${cell.transport} was not run.`;
  const parts = cell.problems.map(
    ({ state, blocks, text }) => `${VERBS[state]} in ${blockList(blocks, replicate)}: ${text}`,
  );
  const queue =
    cell.state === "saturated" ? " Its latency is that of a growing queue, so no quantile is given." : "";
  return `${cell.transport} ${parts.join("; ")}.${queue}`;
}

/** "block 2", "launches 1, 2 and 4". */
export function blockList(blocks: readonly number[], replicate: Replicate = "block"): string {
  return `${blocks.length === 1 ? replicate : replicates(replicate)} ${listed(blocks.map(String))}`;
}

const VERBS: Record<State, string> = {
  completed: "completed",
  saturated: "saturated",
  invalid: "gave an invalid trial",
  skipped: "was not measured",
  failed: "failed",
};

function ofConnections(transports: readonly Cell[]): string[] {
  const keys = ["readyP50", "heapPerConnection", "idleBytes"] as const;
  return keys.flatMap((key) => {
    const seen = span(transports, key);
    return seen ? `Observed ${seen}.` : [];
  });
}

function latency(transports: readonly Cell[]): string {
  const shown = span(transports, "deliveryP50");
  if (shown) return `Observed ${shown}.${overlap(transports)}`;
  const short = transports.map((cell) => cell.figures.deliveryP50).find((one) => one.kind === "unsupported");
  return short
    ? `No ${METRICS.deliveryP50.name} is given: it needs ${counted(short.needs, "publish", "publishes")} a trial, and there were ${short.had}.`
    : "No transport completed, so there is no latency to show.";
}

/** "median delivery latency from 1.9 ms (1.8–2.0, websocket) to 3.1 ms (2.9–3.3, sse), 1.6x apart" */
function span(transports: readonly Cell[], key: MetricKey): string | undefined {
  const { lowest, highest } = ends(transports, key);
  if (!lowest || !highest) return undefined;
  const { unit, name } = METRICS[key];
  const text = ({ cell, figure }: End) => `${ranged(unit, figure)} on ${cell.transport}`;
  if (lowest.cell === highest.cell) return `${name} ${text(lowest)}`;
  const apart = lowest.figure.value > 0 ? `, ${times(highest.figure.value / lowest.figure.value)} apart` : "";
  return `${name} from ${text(lowest)} to ${text(highest)}${apart}`;
}

/** Which transports a reader must not tell apart from the lowest by these figures; of one block nothing can be said. */
function overlap(transports: readonly Cell[]): string {
  const { lowest } = ends(transports, "deliveryP50");
  if (!lowest || lowest.figure.blocks < 2) return "";
  const names = transports
    .filter((cell) => {
      const figure = observed(cell, "deliveryP50");
      return cell !== lowest.cell && figure && low(figure) <= high(lowest.figure);
    })
    .map((cell) => cell.transport);
  if (names.length === 0) return "";
  const [what, verb] =
    names.length > 1 ? [`${spreadOf(transports)}s`, "overlap"] : [spreadOf(transports), "overlaps"];
  return ` The ${what} of ${listed(names)} ${verb} that of ${lowest.cell.transport}.`;
}

function low({ interval, min }: Observed): number {
  return interval?.low ?? min;
}

function high({ interval, max }: Observed): number {
  return interval?.high ?? max;
}

interface End {
  readonly cell: Cell;
  readonly figure: Observed;
}

function ends(
  transports: readonly Cell[],
  key: MetricKey,
): { lowest: End | undefined; highest: End | undefined } {
  const sorted = transports
    .flatMap((cell) => {
      const figure = observed(cell, key);
      return figure ? [{ cell, figure }] : [];
    })
    .sort((a, b) => a.figure.value - b.figure.value);
  return { lowest: sorted[0], highest: sorted.at(-1) };
}
