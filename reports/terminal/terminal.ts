import Table from "cli-table3";
import { transportBehind } from "../../harness/result/control-name.ts";
import type { Results } from "../../harness/result/result.ts";
import { METRICS, type MetricKey } from "../metrics/catalogue.ts";
import { type Cell, isCold, observed, shownNumbers, spreadOf, stateWord } from "../model/cell.ts";
import { inOrder } from "../model/order.ts";
import { type ScenarioSummary, summarize } from "../model/summary.ts";
import { answerOf, isRanked } from "../prose/answer.ts";
import { browserCaveat, pageSentence, queueSentence, withoutPage } from "../prose/browser.ts";
import { circumstancesText } from "../prose/circumstances.ts";
import { storyTitle } from "../prose/fault-words.ts";
import { columnOf, ranged } from "../prose/format.ts";
import { rankingSentence } from "../prose/ranking.ts";
import { qualityLine, titleOf } from "../prose/sentences.ts";
import { plain, wrapped } from "../prose/text.ts";
import { rankText } from "../prose/verdict-words.ts";
import { briefWarningsOf } from "../prose/warnings.ts";
import { splitLine } from "../prose/whose-time.ts";
import { BARE, widthOf } from "./bare-table.ts";
import { ascii, inks } from "./ink.ts";
import { matrixLines } from "./matrix.ts";

export interface TerminalOptions {
  /** ANSI colours: only to a terminal, and not under NO_COLOR. */
  readonly color: boolean;
  /** Without, only ASCII is written. */
  readonly unicode: boolean;
  /** Columns of the terminal; 80 is what the tables are made for. */
  readonly width: number;
}

interface TableColumn {
  /** `rank` is that of the median delivery latency. */
  readonly key: MetricKey | "rank";
  /** At least, so that the tables of a run stand in the same columns. */
  readonly width: number;
}

/** The columns beside the transport, the dispensable ones last: a narrow terminal leaves them out from the right. */
const COLUMNS: readonly [TableColumn, ...TableColumn[]] = [
  { key: "deliveryP50", width: 23 },
  { key: "rank", width: 5 },
  { key: "deliveryP99", width: 10 },
  { key: "cpu", width: 10 },
  { key: "rss", width: 9 },
  { key: "bytes", width: 10 },
];

/** Where nothing is published, the connections are what is measured. */
const CONNECTION_COLUMNS: typeof COLUMNS = [
  { key: "readyP50", width: 22 },
  { key: "readyP99", width: 11 },
  { key: "connectsPerSecond", width: 12 },
  { key: "heapPerConnection", width: 12 },
  { key: "idleBytes", width: 10 },
];

function columnsOf({ isOfConnections }: ScenarioSummary): typeof COLUMNS {
  return isOfConnections ? CONNECTION_COLUMNS : COLUMNS;
}

/** A table a scenario is what one or two have room for; more are shown side by side. */
const MOST_TABLES = 2;

/** The comparison on a terminal: the figures, then one warning a line with what to do about it. */
export function renderTerminal(results: Results, options: TerminalOptions): string {
  const { bold, yellow } = inks(options.color);
  const summary = summarize(results);
  const prose = (text: string) => wrapped(plain(text), options.width);
  const text = [
    bold(prose(titleOf(results))),
    ...(summary.length > MOST_TABLES
      ? ["", ...matrixLines(summary, options.width)]
      : summary.flatMap((scenario) => [
          "",
          bold(prose(scenario.name)),
          tableOf(scenario, options),
          ...cpuRanks(scenario, prose),
          ...whoseTime(scenario, prose),
          ...storyLines(scenario, options),
        ])),
    ...browserLines(results, summary, options),
    "",
    prose(
      summary.length > MOST_TABLES
        ? "Tails, CPU, memory, bytes and what faults did are in the report."
        : "CPU and TCP payload of the server, per delivery: user + system, in + out.",
    ),
    prose(qualityLine(results, summary)),
    ...circumstanceLines(results).map(prose),
    ...briefWarningsOf(results).map(
      (one) => `${yellow("!")} ${wrapped(plain(one), options.width - 2, "  ")}`,
    ),
    "",
    prose(rankingSentence(results, summary)),
    ...answerLines(results, summary).map((one) => bold(prose(one))),
  ].join("\n");
  return `${(options.unicode ? text : ascii(text)).replace(/ +$/gm, "")}\n`;
}

/** What is not as usual in the run, where something is. */
function circumstanceLines(results: Results): string[] {
  const text = circumstancesText(results);
  return text === undefined ? [] : [text];
}

/** What is said last, so that it stands above the prompt: the answer of each scenario, where there is one. */
function answerLines(results: Results, summary: readonly ScenarioSummary[]): string[] {
  return isRanked(summary) ? answerOf(results, summary) : [];
}

/** What a page saw beside Node.js, where a run has a browser. */
function browserLines(
  results: Results,
  summary: readonly ScenarioSummary[],
  { color, width }: TerminalOptions,
): string[] {
  const caveat = browserCaveat(results);
  if (caveat === undefined) return [];
  const prose = (text: string) => wrapped(plain(text), width);
  const rows = summary.flatMap(({ name, cells }) => {
    const sentence = pageSentence(cells);
    if (sentence === undefined) return [];
    const queue = queueSentence(cells);
    return [
      prose(`${name}: ${sentence}`),
      pageTable(cells, inks(color).dim),
      ...(queue ? [prose(queue)] : []),
    ];
  });
  return ["", inks(color).bold("in a browser"), prose(caveat), ...rows, ...withoutPage(results).map(prose)];
}

/** A quantile that no transport has enough publishes for has no column. */
function pageTable(cells: readonly Cell[], dim: (text: string) => string): string {
  const own = cells.filter((cell) => observed(cell, "pageP50"));
  const columns = PAGE_COLUMNS.filter(({ key }) => own.some((cell) => observed(cell, key)));
  const table = new Table({
    chars: BARE,
    style: { "padding-left": 0, "padding-right": 2, head: [], border: [] },
    head: ["transport", ...columns.map(({ head }) => head)].map(dim),
    colAligns: ["left", ...columns.map(() => "right" as const)],
  });
  for (const cell of own)
    table.push([plain(cell.transport), ...columns.map(({ key }) => figureOf(cell, key, false, own).text)]);
  return table.toString();
}

const PAGE_COLUMNS: readonly { readonly key: MetricKey; readonly head: string }[] = [
  { key: "pageP50", head: "page p50" },
  { key: "besidePageP50", head: "Node.js p50" },
  { key: "pageP90", head: "page p90" },
  { key: "besidePageP90", head: "Node.js p90" },
];

/** Whose time the delivery latency is, under its table. */
function whoseTime(scenario: ScenarioSummary, prose: (text: string) => string): string[] {
  const line = splitLine(scenario);
  return line === undefined ? [] : [prose(line)];
}

/** What happened to each transport, under its table. */
function storyLines({ stories }: ScenarioSummary, { color, width }: TerminalOptions): string[] {
  const { dim } = inks(color);
  return stories.flatMap((story) => [
    dim(plain(storyTitle(story))),
    ...story.lines.map((line) => `  ${wrapped(plain(line), width - 2, "  ")}`),
  ]);
}

function tableOf(scenario: ScenarioSummary, options: TerminalOptions): string {
  const { cells } = scenario;
  const { dim, ...colours } = inks(options.color);
  const [first, ...others] = columnsOf(scenario);
  const spread = spreadOf(cells) === "interval" ? "95 %" : "range";
  const filled = [first, ...others].map(({ key, width }) => {
    const head = key === first.key ? `${headOf(key)} (${spread})` : headOf(key);
    const texts = cells.map((cell) =>
      key === "rank"
        ? { text: rankOf(cell, scenario), ink: undefined }
        : figureOf(cell, key, key === first.key, cells),
    );
    const tight = widthOf([head, ...texts.map(({ text }) => text)]);
    return { head, texts, tight, width: Math.max(width, tight) };
  });
  const longest = Math.max(...cells.map((cell) => plain(cell.transport).length));
  const mainWidth = filled[0]?.width ?? 0;
  const nameWidth = Math.max(4, Math.min(28, options.width - mainWidth - 1, Math.max(13, longest + 1)));
  const roomy = filled.reduce((sum, { width }) => sum + width, nameWidth) <= options.width;
  const columns = filled
    .map((one) => ({ ...one, width: roomy ? one.width : one.tight }))
    .filter((_, index, all) => {
      const taken = all.slice(0, index + 1).reduce((sum, { width }) => sum + width, nameWidth);
      return index === 0 || taken <= options.width;
    });
  const table = new Table({
    chars: BARE,
    style: { "padding-left": 0, "padding-right": 1, head: [], border: [] },
    head: ["transport", ...columns.map(({ head }) => head)].map(dim),
    colWidths: [nameWidth, ...columns.map(({ width }) => width)],
    colAligns: ["left", ...columns.map(() => "right" as const)],
    truncate: options.unicode ? "…" : "~",
  });
  cells.forEach((cell, row) => {
    const texts = columns.map(({ texts }) => {
      const { text = "", ink } = texts[row] ?? {};
      return ink ? colours[ink](text) : text;
    });
    table.push([plain(cell.transport), ...texts]);
  });
  return table.toString();
}

function headOf(key: TableColumn["key"]): string {
  return key === "rank" ? key : METRICS[key].short;
}

/** The ranks that the table has no room for. */
function cpuRanks({ verdicts }: ScenarioSummary, prose: (text: string) => string): string[] {
  const { cpu } = verdicts;
  const ranks = inOrder(cpu, METRICS.cpu.better).flatMap((transport) => {
    const range = cpu.ranks.get(transport);
    return range ? [`${transport} ${rankText(range)}`] : [];
  });
  return ranks.length > 0 ? [prose(`Ranks by CPU per delivery: ${ranks.join(", ")}.`)] : [];
}

function rankOf({ transport }: Cell, { verdicts }: ScenarioSummary): string {
  const range = verdicts.deliveryP50.ranks.get(transport);
  if (range) return rankText(range);
  return transportBehind(transport) === transport ? "–" : "A/A";
}

function figureOf(
  cell: Cell,
  key: MetricKey,
  isMain: boolean,
  cells: readonly Cell[],
): { readonly text: string; readonly ink?: "red" | "yellow" | undefined } {
  const figure = cell.figures[key];
  if (isMain && cell.state !== "completed")
    return {
      text: stateWord(cell.state),
      ink: cell.state === "failed" || cell.state === "invalid" ? "red" : "yellow",
    };
  if (figure.kind === "absent") return { text: "–" };
  if (figure.kind === "unresolved") return { text: "unresolved" };
  if (figure.kind === "unsupported") return { text: "too few" };
  const { unit } = METRICS[key];
  const column = columnOf(unit, shownNumbers(cells, key));
  // Only the first column has the room, and only for the spread that its head names.
  const { interval, ...bare } = figure;
  const withSpread = isMain && (interval !== undefined || spreadOf(cells) === "range");
  const text = ranged(unit, withSpread ? figure : { ...bare, blocks: 1 }, column);
  return isMain && isCold(cell) ? { text: `${text} cold`, ink: "yellow" } : { text };
}
