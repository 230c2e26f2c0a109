import type { Results } from "../harness/result.ts";
import { type Cell, shownNumbers, spreadOf } from "./cell.ts";
import { storyTitle } from "./fault-words.ts";
import { columnOf, ranged, times } from "./format.ts";
import { METRICS, type MetricKey } from "./metrics.ts";
import { observations, qualityLine, rankingSentence, ranSentence, titleOf } from "./sentences.ts";
import { type ScenarioSummary, summarize } from "./summary.ts";
import { counted, plain } from "./text.ts";
import { rankText } from "./verdict-words.ts";
import { warningsOf } from "./warnings.ts";

const COLUMNS: readonly MetricKey[] = [
  "deliveryP50",
  "deliveryP90",
  "deliveryP99",
  "receiptP50",
  "lost",
  "deliveriesPerSecond",
  "cpu",
  "rss",
  "bytes",
];

/** The run as GitHub-flavoured Markdown, short enough to paste into a pull request. */
export function renderMarkdown(results: Results): string {
  const summary = summarize(results);
  const warnings = warningsOf(results);
  return `${[
    `## ${escaped(titleOf(results))}`,
    escaped(`${ranSentence(results)} ${rankingSentence(results, summary)}`),
    ...summary.map(section),
    ...(warnings.length > 0 ? [`### Warnings\n\n${bullets(warnings)}`] : []),
    `${escaped(qualityLine(results, summary))} · Node.js ${escaped(results.environment.node)}`,
    fenced(results.command),
  ].join("\n\n")}\n`;
}

function section(scenario: ScenarioSummary): string {
  const { name, summary, cells, verdicts, stories } = scenario;
  const { ranks } = verdicts.deliveryP50;
  // By median delivery latency, as in every other report; a column of dashes would say nothing.
  const rank = (cell: Cell) => {
    const range = ranks.get(cell.transport);
    return ranks.size === 0 ? [] : [range ? rankText(range) : "–"];
  };
  const head = [
    "wire",
    ...(ranks.size === 0 ? [] : ["rank"]),
    ...COLUMNS.map((key) => `${METRICS[key].group}, ${METRICS[key].label}`),
  ];
  const rows = cells.map((cell) => [
    label(cell),
    ...rank(cell),
    ...COLUMNS.map((key) => figureOf(cell, key, cells)),
  ]);
  const table = [head.map(escaped), ["---", ...head.slice(1).map(() => "---:")], ...rows];
  return [
    `### ${escaped(name)}`,
    escaped(`${summary}.`),
    bullets(observations(scenario)),
    table.map((row) => `| ${row.join(" | ")} |`).join("\n"),
    ...(stories.length > 0
      ? [bullets(stories.map((one) => `${storyTitle(one)}: ${one.lines.join(". ")}.`))]
      : []),
  ].join("\n\n");
}

function label(cell: Cell): string {
  return escaped(cell.state === "completed" ? cell.transport : `${cell.transport} (${cell.state})`);
}

function figureOf(cell: Cell, key: MetricKey, cells: readonly Cell[]): string {
  const figure = cell.figures[key];
  if (figure.kind === "absent") return "–";
  if (figure.kind === "unresolved") return "unresolved";
  if (figure.kind === "unsupported") return `needs ${counted(figure.needs, "publish", "publishes")}`;
  const { unit, total } = METRICS[key];
  const column = columnOf(unit, shownNumbers(cells, key));
  if (total) return column.text(figure.value);
  const ratio = key === "deliveryP50" && figure.ratio !== undefined ? ` ${times(figure.ratio)}` : "";
  return ranged(unit, figure, column, spreadOf(cells)) + ratio;
}

/** Each as an item of a list, as plain text. */
export function bullets(items: readonly string[]): string {
  return items.map((one) => `- ${escaped(one)}`).join("\n");
}

/** Text that Markdown and HTML take as text, also within a table. */
export function escaped(text: string): string {
  return plain(text)
    .replace(/[\\`*_[\]|~#]/g, "\\$&")
    .replace(/[&<>]/g, (one) => `&#${one.charCodeAt(0)};`);
}

/** A code block that its content can't close. */
function fenced(text: string): string {
  const line = plain(text);
  const longest = Math.max(2, ...[...line.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}sh\n${line}\n${fence}`;
}
