import Table from "cli-table3";
import type { Results } from "../harness/result.ts";
import { BARE } from "./bare-table.ts";
import { type Cell, shownNumbers, spreadOf } from "./cell.ts";
import { storyTitle } from "./fault-words.ts";
import { columnOf, ranged } from "./format.ts";
import { ascii, inks } from "./ink.ts";
import { METRICS, type MetricKey } from "./metrics/catalogue.ts";
import { qualityLine, rankingSentence, titleOf } from "./sentences.ts";
import { type ScenarioSummary, summarize } from "./summary.ts";
import { matrixLines } from "./terminal-matrix.ts";
import { plain, wrapped } from "./text.ts";
import { rankText } from "./verdict-words.ts";
import { briefWarningsOf } from "./warnings.ts";
import { twinOf } from "./wires.ts";

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
  readonly width: number;
}

/** The columns beside the wire, the dispensable ones last: a narrow terminal drops them from the right. */
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

function columnsOf({ cells }: ScenarioSummary): typeof COLUMNS {
  const has = (key: MetricKey) => cells.some((cell) => cell.figures[key].kind !== "absent");
  return has("readyP50") && !has("deliveryP50") ? CONNECTION_COLUMNS : COLUMNS;
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
          ...storyLines(scenario, options),
        ])),
    "",
    prose(
      summary.length > MOST_TABLES
        ? "Tails, CPU, memory, bytes and what faults did are in the report."
        : "CPU and TCP payload of the server, per delivery: user + system, in + out.",
    ),
    prose(qualityLine(results, summary)),
    prose(rankingSentence(results, summary)),
    ...briefWarningsOf(results).map(
      (one) => `${yellow("!")} ${wrapped(plain(one), options.width - 2, "  ")}`,
    ),
  ].join("\n");
  return `${(options.unicode ? text : ascii(text)).replace(/ +$/gm, "")}\n`;
}

/** What happened to each wire, under its table. */
function storyLines({ stories }: ScenarioSummary, { color, width }: TerminalOptions): string[] {
  const { dim } = inks(color);
  return stories.flatMap((story) => [
    dim(plain(storyTitle(story))),
    ...story.lines.map((line) => `  ${wrapped(plain(line), width - 2, "  ")}`),
  ]);
}

function tableOf(scenario: ScenarioSummary, options: TerminalOptions): string {
  const { cells } = scenario;
  const { dim } = inks(options.color);
  const longest = Math.max(...cells.map((cell) => plain(cell.transport).length));
  const available = columnsOf(scenario);
  const [main] = available;
  const nameWidth = Math.max(4, Math.min(28, options.width - main.width - 1, Math.max(13, longest + 1)));
  const columns = available.filter((_, index) => {
    const taken = available.slice(0, index + 1).reduce((sum, one) => sum + one.width, nameWidth);
    return index === 0 || taken <= options.width;
  });
  const spread = spreadOf(cells) === "interval" ? "95 %" : "range";
  const table = new Table({
    chars: BARE,
    style: { "padding-left": 0, "padding-right": 1, head: [], border: [] },
    head: [
      "wire",
      ...columns.map(({ key }) => (key === main.key ? `${headOf(key)} (${spread})` : headOf(key))),
    ].map(dim),
    colWidths: [nameWidth, ...columns.map(({ width }) => width)],
    colAligns: ["left", ...columns.map(() => "right" as const)],
    truncate: options.unicode ? "…" : "~",
  });
  for (const cell of cells)
    table.push([
      plain(cell.transport),
      ...columns.map(({ key }) =>
        key === "rank" ? rankOf(cell, scenario) : figureOf(cell, key, key === main.key, cells, options),
      ),
    ]);
  return table.toString();
}

function headOf(key: TableColumn["key"]): string {
  return key === "rank" ? key : METRICS[key].short;
}

function rankOf({ transport }: Cell, { verdicts }: ScenarioSummary): string {
  const range = verdicts.deliveryP50.ranks.get(transport);
  if (range) return rankText(range);
  return twinOf(transport) === transport ? "–" : "A/A";
}

function figureOf(
  cell: Cell,
  key: MetricKey,
  isMain: boolean,
  cells: readonly Cell[],
  { color }: TerminalOptions,
): string {
  const { red, yellow } = inks(color);
  const figure = cell.figures[key];
  if (isMain && cell.state !== "completed")
    return (cell.state === "failed" || cell.state === "invalid" ? red : yellow)(cell.state);
  if (figure.kind === "absent") return "–";
  if (figure.kind === "unresolved") return "unresolved";
  if (figure.kind === "unsupported") return "too few";
  const { unit } = METRICS[key];
  const column = columnOf(unit, shownNumbers(cells, key));
  // Only the first column has the room, and only for the spread that its head names.
  const { interval, ...bare } = figure;
  const told = isMain && (interval !== undefined || spreadOf(cells) === "range");
  return ranged(unit, told ? figure : { ...bare, blocks: 1 }, column);
}
