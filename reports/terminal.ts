import Table from "cli-table3";
import type { Results } from "../harness/result.ts";
import { columnOf, ranged } from "./format.ts";
import { METRICS, type MetricKey } from "./metrics.ts";
import { qualityLine, rankingSentence, titleOf } from "./sentences.ts";
import { type Cell, type ScenarioSummary, summarize } from "./summary.ts";
import { plain, wrapped } from "./text.ts";
import { warningsOf } from "./warnings.ts";

export interface TerminalOptions {
  /** ANSI colours: only to a terminal, and not under NO_COLOR. */
  readonly color: boolean;
  /** Without, only ASCII is written. */
  readonly unicode: boolean;
  /** Columns of the terminal; 80 is what the tables are made for. */
  readonly width: number;
}

interface TableColumn {
  readonly key: MetricKey;
  readonly head: string;
  readonly width: number;
}

/** The columns beside the wire, the dispensable ones last: a narrow terminal drops them from the right. */
const COLUMNS: readonly [TableColumn, ...TableColumn[]] = [
  { key: "deliveryP50", head: "p50 (range)", width: 22 },
  { key: "deliveryP99", head: "p99", width: 10 },
  { key: "cpu", head: "CPU", width: 10 },
  { key: "rss", head: "RSS", width: 10 },
  { key: "bytes", head: "TCP", width: 10 },
];

/** The comparison on a terminal: a table a scenario, then one warning a line with what to do about it. */
export function renderTerminal(results: Results, options: TerminalOptions): string {
  const { bold, yellow } = inks(options.color);
  const summary = summarize(results);
  const prose = (text: string) => wrapped(plain(text), options.width);
  const text = [
    bold(prose(titleOf(results))),
    ...summary.flatMap((scenario) => ["", bold(prose(scenario.name)), tableOf(scenario, options)]),
    "",
    prose("CPU and TCP payload of the server, per delivery: user + system, in + out."),
    prose(qualityLine(results, summary)),
    prose(rankingSentence(results)),
    ...warningsOf(results).map((one) => `${yellow("!")} ${wrapped(plain(one), options.width - 2, "  ")}`),
  ].join("\n");
  return `${(options.unicode ? text : ascii(text)).replace(/ +$/gm, "")}\n`;
}

function tableOf({ cells }: ScenarioSummary, options: TerminalOptions): string {
  const { dim } = inks(options.color);
  const longest = Math.max(...cells.map((cell) => plain(cell.transport).length));
  const nameWidth = Math.max(
    4,
    Math.min(28, options.width - COLUMNS[0].width - 1, Math.max(14, longest + 1)),
  );
  const columns = COLUMNS.filter((_, index) => {
    const taken = COLUMNS.slice(0, index + 1).reduce((sum, one) => sum + one.width, nameWidth);
    return index === 0 || taken <= options.width;
  });
  const table = new Table({
    chars: BARE,
    style: { "padding-left": 0, "padding-right": 1, head: [], border: [] },
    head: ["wire", ...columns.map(({ head }) => head)].map(dim),
    colWidths: [nameWidth, ...columns.map(({ width }) => width)],
    colAligns: ["left", ...columns.map(() => "right" as const)],
    truncate: options.unicode ? "…" : "~",
  });
  for (const cell of cells)
    table.push([plain(cell.transport), ...columns.map(({ key }) => figureOf(cell, key, cells, options))]);
  return table.toString();
}

function figureOf(cell: Cell, key: MetricKey, cells: readonly Cell[], { color }: TerminalOptions): string {
  const { red, yellow } = inks(color);
  const figure = cell.figures[key];
  if (key === "deliveryP50" && cell.state !== "completed")
    return (cell.state === "failed" || cell.state === "invalid" ? red : yellow)(cell.state);
  if (figure.kind === "absent") return "–";
  if (figure.kind === "unsupported") return "too few";
  const { unit } = METRICS[key];
  const values = cells.flatMap(({ figures }) => {
    const one = figures[key];
    return one.kind === "observed" ? [one.min, one.median, one.max] : [];
  });
  const shown = key === "deliveryP50" ? figure : { ...figure, blocks: 1 };
  return ranged(unit, shown, columnOf(unit, values));
}

function ascii(text: string): string {
  const known: Record<string, string> = { µ: "u", "–": "-", "·": "|", "…": "~" };
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the escapes that colour, and line ends, stay
  return text.replace(/[^\u001b\n\u0020-\u007e]/gu, (one) => known[one] ?? "?");
}

type Ink = (text: string) => string;

function inks(color: boolean): Record<"bold" | "dim" | "red" | "yellow", Ink> {
  const ink =
    (on: number, off: number): Ink =>
    (text) =>
      color ? `\u001b[${on}m${text}\u001b[${off}m` : text;
  return { bold: ink(1, 22), dim: ink(2, 22), red: ink(31, 39), yellow: ink(33, 39) };
}

const BARE = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "",
  "left-mid": "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
  middle: "",
};
