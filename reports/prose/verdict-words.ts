import { LEAST_LAUNCHES } from "../../harness/statistics/all-pairs.ts";
import type { RankRange } from "../../harness/statistics/rank-ranges.ts";
import { METRICS, type MetricKey } from "../metrics/catalogue.ts";
import { type Cell, observed, shownNumbers } from "../model/cell.ts";
import { inOrder } from "../model/order.ts";
import type { ScenarioSummary } from "../model/summary.ts";
import {
  type AaPair,
  areAllEqual,
  furtherOf,
  type MetricVerdicts,
  type PairVerdict,
  pairBetween,
  ratioFor,
} from "../model/verdicts.ts";
import { columnOf, effect, quantity, ranged } from "./format.ts";
import { behindText } from "./scenario-answer.ts";
import { counted, listed, type Replicate, replicates } from "./text.ts";

/** What a transport costs besides time, in the order of the sentences. */
export const COSTS = ["cpu", "rss", "bytes"] as const satisfies readonly MetricKey[];
/** More pairs than these are counted, not named. */
const NAMED_PAIRS = 6;

/** "2", or "1–3" where the transport shares places. */
export function rankText({ best, worst }: RankRange): string {
  return best === worst ? String(best) : `${best}–${worst}`;
}

/** What the advice on further launches rests on; said once where it is given. */
export const POWER_NOTE = "if effect and noise are as they appear (80 % power)";

/** What would end the doubt about an inconclusive pair: "7 more launches would decide it". */
function doubtText(pair: PairVerdict, replicate: Replicate): string {
  const further = furtherOf(pair);
  return further === undefined
    ? `too close to the margin for any number of ${replicates(replicate)} to decide`
    : `${counted(further.launches, `more ${replicate}`, `more ${replicates(replicate)}`)} would decide it`;
}

/** The transports that are practically equal to this one, in the order of the pairs. */
export function equalTo(transport: string, { pairs }: MetricVerdicts): string[] {
  return pairs
    .filter(({ a, b, verdict }) => verdict === "practically equal" && (a === transport || b === transport))
    .map(({ a, b }) => (a === transport ? b : a));
}

/**
 * The verdicts of one metric in words: who is best and ties with it, by how much others are behind, who can't be told from it;
 * `whole` adds the pairs among the rest that do not differ. Undefined where no pair is ranked.
 */
export function verdictSentence(
  { cells, verdicts, replicate }: ScenarioSummary,
  key: MetricKey,
  { whole }: { readonly whole: boolean },
): string | undefined {
  const { pairs, ranks } = verdicts[key];
  const [best, ...others] = inOrder(verdicts[key], METRICS[key].better).flatMap(
    (transport) => cells.find((cell) => cell.transport === transport) ?? [],
  );
  if (!best) return undefined;
  const relations = others.map((cell) => ({
    cell,
    pair: pairBetween(pairs, cell.transport, best.transport),
  }));
  const tied = relations.filter(({ pair }) => pair?.verdict === "practically equal").map(({ cell }) => cell);
  const behind = relations.flatMap(({ cell, pair }) =>
    pair?.verdict === "different" ? { transport: cell.transport, ...ratioFor(cell.transport, pair) } : [],
  );
  const open = relations.flatMap(({ cell, pair }) =>
    pair?.verdict === "inconclusive"
      ? `${cell.transport} ${effectOf(cell, pair)}, ${doubtText(pair, replicate)}`
      : [],
  );
  const leading = new Set([best, ...tied].map(({ transport }) => transport));
  const rest = pairs.filter(
    ({ a, b, verdict }) =>
      a !== best.transport &&
      b !== best.transport &&
      ((verdict === "practically equal" && !(leading.has(a) && leading.has(b))) ||
        verdict === "inconclusive"),
  );
  return [
    `${leaders(best, tied, verdicts[key], key)}.`,
    behind.length > 0 ? `${behindText(behind, best.transport, key)}.` : undefined,
    open.length > 0
      ? `Inconclusive against ${best.transport}: ${open.join("; ")}, ${POWER_NOTE}.`
      : undefined,
    whole && rest.length > 0 ? `Of the others, ${restText(rest)}.` : undefined,
    unrankedText(cells, key, ranks, replicate),
  ]
    .filter((part) => part !== undefined)
    .join(" ");
}

/** How far transports that were measured twice were from themselves, by the metrics named; one line a pair. */
export function aaSentences({ verdicts }: ScenarioSummary, metrics: readonly MetricKey[]): string[] {
  const bands = metrics.flatMap((key) => {
    const { name } = METRICS[key];
    return verdicts[key].aaPairs.map((pair) => ({
      ...pair,
      name,
      text: `${quantity("share", pair.band)} in ${name}`,
    }));
  });
  const pairs = new Map(bands.map(({ a, b }) => [JSON.stringify([a, b]), { a, b }]));
  return [...pairs.values()].map(({ a, b }) => {
    const own = bands.filter((one) => one.a === a && one.b === b);
    const texts = own.map(({ text }) => text);
    return `A/A: ${a} and ${b}, the same transport, differed by up to ${listed(texts)}; a smaller difference between two transports does not count.${toldApart(own)}`;
  });
}

/** Whether the instrument took one transport for two. */
function toldApart(pairs: readonly (AaPair & { readonly name: string })[]): string {
  const apart = pairs.filter(({ verdict }) => verdict === "different").map(({ name }) => name);
  const tests = Math.max(...pairs.map((pair) => pair.tests));
  const tested = ` Tested like two transports, in ${counted(tests, "test")} together, they differ in`;
  return apart.length === 0
    ? `${tested} none of these.`
    : `${tested} ${listed(apart)}, an error that chance causes in one run of twenty.`;
}

function leaders(
  best: Cell,
  tied: readonly Cell[],
  { pairs, first }: MetricVerdicts,
  key: MetricKey,
): string {
  const { name, unit, better } = METRICS[key];
  const column = columnOf(unit, shownNumbers([best, ...tied], key));
  const value = (cell: Cell) => {
    const figure = observed(cell, key);
    return figure ? ranged(unit, figure, column) : "";
  };
  if (tied.length > 0) {
    const [names, values] = [tied.map(({ transport }) => transport), tied.map(value)];
    if (areAllEqual(names, pairs))
      return `${listed([best.transport, ...names])} are within 5 % of one another in ${name}, at ${listed([value(best), ...values])}`;
    // Equality is not handed on.
    return `${listed(names)} are within 5 % of ${best.transport} in ${name}, at ${listed(values)}, against ${value(best)}`;
  }
  const end = better === "higher" ? "highest" : "lowest";
  return `${best.transport} has the ${end} ${name}${first === best.transport ? "" : " observed"}, ${value(best)}`;
}

function restText(rest: readonly PairVerdict[]): string {
  const named = rest.slice(0, NAMED_PAIRS);
  const pairsThat = (verdict: PairVerdict["verdict"], words: string) => {
    const pairs = named.filter((pair) => pair.verdict === verdict).map(({ a, b }) => `${a} and ${b}`);
    if (pairs.length === 0) return [];
    return [pairs.length === 1 ? `${pairs[0]} ${words}` : `these pairs ${words}: ${pairs.join(", ")}`];
  };
  const texts = [
    ...pairsThat("practically equal", "are practically equal"),
    ...pairsThat("inconclusive", "can't be told apart"),
  ];
  const left = rest.length - named.length;
  return left > 0
    ? `${texts.join("; ")}; and ${counted(left, "more pair")} ${left === 1 ? "is" : "are"} not different`
    : texts.join("; ");
}

function unrankedText(
  cells: readonly Cell[],
  key: MetricKey,
  ranks: MetricVerdicts["ranks"],
  replicate: Replicate,
): string | undefined {
  const names = cells
    .filter((cell) => cell.state === "completed" && cell.candidate && observed(cell, key))
    .map(({ transport }) => transport)
    .filter((transport) => !ranks.has(transport));
  if (names.length === 0) return undefined;
  const verb = names.length > 1 ? "are" : "is";
  return `${listed(names)} ${verb} not ranked: fewer than ${LEAST_LAUNCHES} ${replicates(replicate)} completed together with the others.`;
}

/** The pair's effect as this transport's value over the other's. */
function effectOf({ transport }: Cell, pair: PairVerdict): string {
  const { ratio, interval } = ratioFor(transport, pair);
  return effect(ratio, interval);
}
