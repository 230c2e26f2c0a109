import type { RankRange } from "../../harness/statistics/ranks.ts";
import { RANKING_BLOCKS } from "../../harness/statistics/verdict.ts";
import { METRICS, type MetricKey } from "../metrics/catalogue.ts";
import { type Cell, observed, shownNumbers } from "../model/cell.ts";
import type { ScenarioSummary } from "../model/summary.ts";
import type { AaPair, MetricVerdicts, PairVerdict } from "../model/verdicts.ts";
import { columnOf, effect, quantity, ranged } from "./format.ts";
import { counted, listed } from "./text.ts";

/** More pairs than these are counted, not named. */
const NAMED_PAIRS = 6;

/** "2", or "1–3" where the wire shares places. */
export function rankText({ best, worst }: RankRange): string {
  return best === worst ? String(best) : `${best}–${worst}`;
}

/** What would end the doubt about an inconclusive pair: "7 more blocks would tell". */
export function doubtText({ furtherBlocks }: Pick<PairVerdict, "furtherBlocks">): string {
  return furtherBlocks === undefined
    ? "too close to the margin for any number of blocks"
    : `${counted(furtherBlocks, "more block")} would tell`;
}

/** The wires that tie with this one, in the order of the pairs. */
export function tiedWith(transport: string, { pairs }: MetricVerdicts): string[] {
  return pairs
    .filter(({ a, b, verdict }) => verdict === "tie" && (a === transport || b === transport))
    .map(({ a, b }) => (a === transport ? b : a));
}

/**
 * The verdicts of one metric in words: who is best and ties with it, by how much others are behind, who can't be told from it;
 * `whole` adds the pairs among the rest that do not differ. Undefined where no pair is ranked.
 */
export function verdictSentence(
  { cells, verdicts }: ScenarioSummary,
  key: MetricKey,
  name: string,
  { whole }: { readonly whole: boolean },
): string | undefined {
  const { pairs, ranks } = verdicts[key];
  const ranked = cells
    .filter(({ transport }) => ranks.has(transport))
    .sort((a, b) => (observed(a, key)?.value ?? 0) - (observed(b, key)?.value ?? 0));
  if (METRICS[key].better === "higher") ranked.reverse();
  const [best, ...others] = ranked;
  if (!best) return undefined;
  const relations = others.map((cell) => ({ cell, pair: pairBetween(pairs, cell, best) }));
  const tied = relations.filter(({ pair }) => pair?.verdict === "tie").map(({ cell }) => cell);
  const behind = relations.flatMap(({ cell, pair }) =>
    pair?.verdict === "different" ? `${cell.transport} ${effectOf(cell, pair)}` : [],
  );
  const open = relations.flatMap(({ cell, pair }) =>
    pair?.verdict === "inconclusive" ? `${cell.transport} ${effectOf(cell, pair)}, ${doubtText(pair)}` : [],
  );
  const told = new Set([best, ...tied].map(({ transport }) => transport));
  const rest = pairs.filter(
    ({ a, b, verdict }) =>
      a !== best.transport &&
      b !== best.transport &&
      ((verdict === "tie" && !(told.has(a) && told.has(b))) || verdict === "inconclusive"),
  );
  return [
    `${leaders(best, tied, key, name, open.length > 0)}.`,
    behind.length > 0 ? `${comparative(key)} ${best.transport}: ${behind.join(", ")}.` : undefined,
    open.length > 0 ? `Not told from ${best.transport}: ${open.join("; ")}.` : undefined,
    whole && rest.length > 0 ? `Of the others, ${restText(rest)}.` : undefined,
    unrankedText(cells, key, ranks),
  ]
    .filter((part) => part !== undefined)
    .join(" ");
}

/** How far wires that were measured twice were from themselves, by the metrics named; one line a pair. */
export function aaSentences(
  { verdicts }: ScenarioSummary,
  metrics: readonly (readonly [MetricKey, string])[],
): string[] {
  const bands = metrics.flatMap(([key, name]) =>
    verdicts[key].aaPairs.map((pair) => ({
      ...pair,
      name,
      text: `${quantity("share", pair.band)} on ${name}`,
    })),
  );
  const pairs = new Map(bands.map(({ a, b }) => [JSON.stringify([a, b]), { a, b }]));
  return [...pairs.values()].map(({ a, b }) => {
    const own = bands.filter((one) => one.a === a && one.b === b);
    const texts = own.map(({ text }) => text);
    return `A/A: ${a} and ${b}, the same wire, were up to ${listed(texts)} apart; above 5 % that is the margin.${toldApart(own)}`;
  });
}

/** Whether the instrument took one wire for two. */
function toldApart(pairs: readonly (AaPair & { readonly name: string })[]): string {
  if (pairs.every(({ verdict }) => verdict === "unranked")) return "";
  const apart = pairs.filter(({ verdict }) => verdict === "different").map(({ name }) => name);
  const tests = Math.max(...pairs.map((pair) => pair.tests));
  const judged = ` Judged as two wires would be, ${counted(tests, "test")} together, they are told apart by`;
  return apart.length === 0
    ? `${judged} none of these.`
    : `${judged} ${listed(apart)}, which is an error: one run in twenty may make it by chance.`;
}

function leaders(best: Cell, tied: readonly Cell[], key: MetricKey, name: string, doubted: boolean): string {
  const column = columnOf(METRICS[key].unit, shownNumbers([best, ...tied], key));
  const value = (cell: Cell) => {
    const figure = observed(cell, key);
    return figure ? ranged(METRICS[key].unit, figure, column) : "";
  };
  if (tied.length > 0) {
    const all = [best, ...tied];
    return `${listed(all.map((cell) => cell.transport))} tie on ${name}, at ${listed(all.map(value))}`;
  }
  const end = METRICS[key].better === "higher" ? "highest" : "lowest";
  return `${best.transport} has the ${end} ${name}${doubted ? " observed" : ""}, ${value(best)}`;
}

function comparative(key: MetricKey): string {
  if (METRICS[key].latency) return "Slower than";
  return METRICS[key].better === "higher" ? "Less than" : "More than";
}

function restText(rest: readonly PairVerdict[]): string {
  const named = rest
    .slice(0, NAMED_PAIRS)
    .map((pair) =>
      pair.verdict === "tie"
        ? `${pair.a} and ${pair.b} tie`
        : `${pair.a} and ${pair.b} can't be told apart (${doubtText(pair)})`,
    );
  const left = rest.length - named.length;
  return left > 0 ? `${named.join(", ")}, and ${counted(left, "more pair")}` : named.join(", ");
}

function unrankedText(
  cells: readonly Cell[],
  key: MetricKey,
  ranks: MetricVerdicts["ranks"],
): string | undefined {
  const names = cells
    .filter((cell) => cell.state === "completed" && cell.candidate && observed(cell, key))
    .map(({ transport }) => transport)
    .filter((transport) => !ranks.has(transport));
  if (names.length === 0) return undefined;
  const verb = names.length > 1 ? "are" : "is";
  return `${listed(names)} ${verb} not ranked: fewer than ${RANKING_BLOCKS} blocks completed beside the others.`;
}

function pairBetween(pairs: readonly PairVerdict[], one: Cell, other: Cell): PairVerdict | undefined {
  return pairs.find(
    ({ a, b }) =>
      (a === one.transport && b === other.transport) || (a === other.transport && b === one.transport),
  );
}

/** The pair's effect as this wire's value over the other's. */
function effectOf({ transport }: Cell, { a, comparison: { ratio, interval95 } }: PairVerdict): string {
  return a === transport
    ? effect(ratio, interval95)
    : effect(1 / ratio, { low: 1 / interval95.high, high: 1 / interval95.low });
}
