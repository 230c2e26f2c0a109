import { transportBehind } from "../../harness/result/control-name.ts";
import type { MetricKey } from "../metrics/catalogue.ts";
import { type Cell, isCold, observed, shownNumbers, stateWord } from "../model/cell.ts";
import type { ScenarioSummary } from "../model/summary.ts";
import { plain, wrapped } from "../prose/text.ts";
import { equalTo, rankText } from "../prose/verdict-words.ts";

/** Longer names are cut. */
const SCENARIO_WIDTH = 18;
const TRANSPORT_WIDTH = 18;

/**
 * Scenarios as rows, transports as columns, the median latency and the rank in each cell. Transports that the width has no room for follow
 * in blocks of their own, each with all the scenarios.
 */
export function matrixLines(summary: readonly ScenarioSummary[], width: number): string[] {
  const rows = summary.map(rowOf);
  const nameWidth = Math.max("scenario".length, ...rows.map(({ name }) => name.length));
  const transports = (summary[0]?.cells ?? []).map((cell, index) => {
    const texts = [
      cut(plain(cell.transport), TRANSPORT_WIDTH),
      ...rows.map(({ cells }) => cells[index] ?? ""),
    ];
    return { texts, width: Math.max(...texts.map((text) => text.length)) };
  });
  const blocks: (typeof transports)[] = [];
  let room = 0;
  for (const transport of transports) {
    if (transport.width + 1 > room || blocks.length === 0) {
      blocks.push([]);
      room = width - nameWidth;
    }
    blocks.at(-1)?.push(transport);
    room -= transport.width + 1;
  }
  const names = ["scenario", ...rows.map(({ name }) => name)];
  const tables = blocks.map((block) =>
    names.map((name, line) =>
      [
        name.padEnd(nameWidth),
        ...block.map((transport) => (transport.texts[line] ?? "").padStart(transport.width)),
      ].join(" "),
    ),
  );
  return [
    ...tables.flatMap((table, index) => (index === 0 ? table : ["", ...table])),
    "",
    wrapped(
      legend(
        summary,
        rows.some(({ isOfConnections }) => isOfConnections),
      ),
      width,
    ),
  ];
}

function rowOf(scenario: ScenarioSummary): { name: string; cells: string[]; isOfConnections: boolean } {
  const { cells, isOfConnections } = scenario;
  const key = isOfConnections ? "readyP50" : "deliveryP50";
  const decimals = decimalsOf(shownNumbers(cells, key));
  return {
    name: cut(plain(scenario.name), SCENARIO_WIDTH - 1) + (isOfConnections ? "*" : ""),
    cells: cells.map((cell) => cellText(cell, key, scenario, decimals)),
    isOfConnections,
  };
}

function cellText(cell: Cell, key: MetricKey, scenario: ScenarioSummary, decimals: number): string {
  if (cell.state !== "completed") return stateWord(cell.state);
  const figure = observed(cell, key);
  if (!figure) return cell.figures[key].kind === "unsupported" ? "too few" : "–";
  const value = (figure.value / 1_000).toLocaleString("en-US", {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
  const rank = rankIn(cell.transport, scenario, key);
  return [value, rank, isCold(cell) ? "cold" : ""].filter((text) => text !== "").join(" ");
}

/** "2"; "1–3=" where it is practically equal to another; "1–3?" where a pair of it is inconclusive; "A/A" for an A/A control. */
function rankIn(transport: string, { verdicts }: ScenarioSummary, key: MetricKey): string {
  const { ranks, pairs } = verdicts[key];
  const range = ranks.get(transport);
  if (!range) return transportBehind(transport) === transport ? "" : "A/A";
  const isOpen = pairs.some(
    ({ a, b, verdict }) => verdict === "inconclusive" && (a === transport || b === transport),
  );
  const mark = isOpen ? "?" : equalTo(transport, verdicts[key]).length > 0 ? "=" : "";
  return rankText(range) + mark;
}

/** Of milliseconds: so many that the smallest of a row has three digits, as far as three decimals give them. */
function decimalsOf(micros: readonly number[]): number {
  const lowest = Math.min(...micros.filter((value) => value > 0)) / 1_000;
  return Number.isFinite(lowest) ? Math.min(3, Math.max(0, 2 - Math.floor(Math.log10(lowest)))) : 0;
}

function legend(summary: readonly ScenarioSummary[], hasConnections: boolean): string {
  const isRanked = summary.some(
    ({ verdicts }) => verdicts.deliveryP50.ranks.size > 0 || verdicts.readyP50.ranks.size > 0,
  );
  return [
    "Median delivery latency in ms",
    ...(isRanked
      ? [", then the rank: = practically equal to another, ? can't be told apart from another"]
      : []),
    ".",
    ...(summary.some(({ cells }) => cells.some((cell) => cell.state === "completed" && isCold(cell)))
      ? [" cold: its warm-up ended while its CPU per delivery was still falling."]
      : []),
    ...(hasConnections ? [" * Nothing is published there: the median time to ready."] : []),
  ].join("");
}

function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`;
}
