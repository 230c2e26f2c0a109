import type { Results } from "../../harness/result/result.ts";
import { html } from "../html/html.ts";
import { METRICS, type MetricKey, metricsIn } from "../metrics/catalogue.ts";
import { type Cell, observed, shownNumbers, spreadOf, stateWord } from "../model/cell.ts";
import { serviceIn, serviceSizing } from "../model/service.ts";
import { type ScenarioSummary, summarize } from "../model/summary.ts";
import { answerOf, isRanked } from "../prose/answer.ts";
import { browserCaveat, pageSentence, queueSentence, withoutPage } from "../prose/browser.ts";
import { storyTitle } from "../prose/fault-words.ts";
import { columnOf, ranged, times } from "../prose/format.ts";
import { rankingSentence } from "../prose/ranking.ts";
import { scaleCaveat, scaleStories } from "../prose/scale.ts";
import { observations, qualityLine, ranSentence, titleOf } from "../prose/sentences.ts";
import { serviceAnswer, serviceCaveats, serviceText, serviceTitle } from "../prose/service.ts";
import { counted, listed, plain } from "../prose/text.ts";
import { rankText } from "../prose/verdict-words.ts";
import { warningsOf } from "../prose/warnings.ts";

const COLUMNS = metricsIn("markdown");

/** What GitHub takes as one comment, in characters. */
const MOST_CHARACTERS = 65_536;
/** More warnings are counted, not listed. */
const TOLD_WARNINGS = 30;

/**
 * The run as GitHub-flavoured Markdown, to paste into a pull request: with several scenarios a table of all of them first and each
 * one's figures folded under it. Scenarios that would make it too long for a comment are left out by name, the last ones first.
 */
export function renderMarkdown(results: Results): string {
  const summary = summarize(results);
  const head = [
    ...serviceLines(results, summary),
    `## ${escaped(titleOf(results))}`,
    ...(isRanked(summary) ? answerOf(results, summary).map((one) => `**${escaped(one)}**`) : []),
    escaped(`${ranSentence(results)} ${rankingSentence(results, summary)}`),
    ...(summary.length > 1 ? [overview(summary)] : []),
  ];
  const sections = summary.map((one) =>
    summary.length > 1 ? folded(one) : `### ${escaped(one.name)}\n\n${section(one)}`,
  );
  const tail = [
    ...scaleLines(results),
    ...browserLines(results, summary),
    ...warningSection(results),
    `${escaped(qualityLine(results, summary))} · Node.js ${escaped(results.environment.node)}`,
    fenced(results.command),
  ];
  const withFirst = (count: number) => {
    const left = summary.slice(count).map(({ name }) => name);
    const note = `Too long for a comment, so not shown: ${listed(left)}. The page has all.`;
    const middle = [...sections.slice(0, count), ...(left.length > 0 ? [escaped(note)] : [])];
    return `${[...head, ...middle, ...tail].join("\n\n")}\n`;
  };
  const counts = Array.from({ length: sections.length + 1 }, (_, left) => sections.length - left);
  return withFirst(counts.find((count) => withFirst(count).length <= MOST_CHARACTERS) ?? 0);
}

/** The sheet about a service, for whoever sends the text round in place of the page. */
function serviceLines(results: Results, summary: readonly ScenarioSummary[]): string[] {
  const service = serviceIn(summary);
  if (!service) return [];
  const sizing = serviceSizing(service, results);
  const names = sizing[0]?.lines.map(({ name }) => name) ?? [];
  const rows = sizing.map(({ transport, lines }) => [
    escaped(transport),
    ...names.map((name) => lines.find((line) => line.name === name)?.value ?? "–"),
  ]);
  const head = ["transport", ...names.map(escaped)];
  return [
    `## ${escaped(serviceTitle(results))}`,
    escaped(serviceText(service)),
    ...serviceAnswer(service, results).map((one) => `**${escaped(one)}**`),
    ...(rows.length > 0 ? [tableOf([head, ["---", ...names.map(() => "---:")], ...rows])] : []),
    escaped(serviceCaveats(service, results).join(" ")),
  ];
}

function scaleLines(results: Results): string[] {
  const stories = scaleStories(results);
  if (stories.length === 0) return [];
  const lines = stories.map(
    ({ scenario, setup, sentences }) => `${scenario} (${setup}): ${sentences.join(" ")}`,
  );
  return [`### Scale\n\n${escaped(scaleCaveat(results))}\n\n${bullets(lines)}`];
}

function browserLines(results: Results, summary: readonly ScenarioSummary[]): string[] {
  const caveat = browserCaveat(results);
  if (caveat === undefined) return [];
  const lines = summary.flatMap(({ name, cells }) => {
    const sentences = [pageSentence(cells), queueSentence(cells)].filter((one) => one !== undefined);
    return sentences.map((one) => `${name}: ${one}`);
  });
  return [`### In a browser\n\n${escaped(caveat)}\n\n${bullets([...lines, ...withoutPage(results)])}`];
}

function warningSection(results: Results): string[] {
  const warnings = warningsOf(results);
  const more = warnings.length - TOLD_WARNINGS;
  const shown = [
    ...warnings.slice(0, TOLD_WARNINGS),
    ...(more > 0 ? [`${counted(more, "more warning")} in the page.`] : []),
  ];
  return shown.length > 0 ? [`### Warnings\n\n${bullets(shown)}`] : [];
}

/** Median delivery latency of every transport in every scenario, with ranks where there are some and else the ratio to the lowest. */
function overview(summary: readonly ScenarioSummary[]): string {
  const transports = summary[0]?.cells.map(({ transport }) => transport) ?? [];
  const rows = summary.map(({ name, cells, verdicts: { deliveryP50 } }) => [
    escaped(name),
    ...cells.map((cell) => {
      const rank = deliveryP50.ranks.get(cell.transport);
      const text = latencyText(cell, cells);
      if (rank) return `${text} (${rankText(rank)})`;
      return cell.state === "completed" ? text : `${text} ${stateWord(cell.state)}`;
    }),
  ]);
  const ranked = summary.some(({ verdicts }) => verdicts.deliveryP50.ranks.size > 0);
  const caption = `Median delivery latency, ${ranked ? "rank in brackets" : "ratio to the lowest"}:`;
  const head = ["scenario", ...transports.map(escaped)];
  return `${caption}\n\n${tableOf([head, ["---", ...transports.map(() => "---:")], ...rows])}`;
}

function latencyText(cell: Cell, cells: readonly Cell[]): string {
  const figure = observed(cell, "deliveryP50");
  if (!figure) return "–";
  const { text, suffix } = columnOf("micros", shownNumbers(cells, "deliveryP50"));
  const ratio = figure.ratio === undefined ? "" : ` ${times(figure.ratio)}`;
  return `${text(figure.value)} ${suffix}${ratio}`;
}

/** Markdown within HTML is read as such between empty lines; the summary itself is HTML alone. */
function folded(scenario: ScenarioSummary): string {
  return `${html`<details><summary>${scenario.name}</summary>`.markup}\n\n${section(scenario)}\n\n</details>`;
}

function section(scenario: ScenarioSummary): string {
  const { summary, cells, verdicts, stories } = scenario;
  const { ranks } = verdicts.deliveryP50;
  // By median delivery latency, as in every other report; a column of dashes would say nothing.
  const rank = (cell: Cell) => {
    const range = ranks.get(cell.transport);
    return ranks.size === 0 ? [] : [range ? rankText(range) : "–"];
  };
  const head = [
    "transport",
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
    escaped(`${summary}.`),
    bullets(observations(scenario)),
    tableOf(table),
    ...(stories.length > 0
      ? [bullets(stories.map((one) => `${storyTitle(one)}: ${one.lines.join(". ")}.`))]
      : []),
  ].join("\n\n");
}

function tableOf(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `| ${row.join(" | ")} |`).join("\n");
}

function label(cell: Cell): string {
  return escaped(
    cell.state === "completed" ? cell.transport : `${cell.transport} (${stateWord(cell.state)})`,
  );
}

function figureOf(cell: Cell, key: MetricKey, cells: readonly Cell[]): string {
  const figure = cell.figures[key];
  if (figure.kind === "absent") return "–";
  if (figure.kind === "unresolved") return "unresolved";
  if (figure.kind === "unsupported") return `needs ${counted(figure.needs, "publish", "publishes")}`;
  const { unit, combine } = METRICS[key];
  const column = columnOf(unit, shownNumbers(cells, key));
  if (combine) return column.text(figure.value);
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
