import type { Results } from "../../harness/result/result.ts";
import { METRICS, type MetricKey } from "../metrics/catalogue.ts";
import { type Cell, observed } from "../model/cell.ts";
import type { ScenarioSummary } from "../model/summary.ts";
import { ratioFor } from "../model/verdicts.ts";
import { effect, quantity, ranged, times } from "./format.ts";
import { noiseSentence } from "./noise.ts";
import { noAnswer, rankingSentence } from "./ranking.ts";
import { scenarioAnswer } from "./scenario-answer.ts";
import { counted, listed } from "./text.ts";
import { COSTS, equalTo } from "./verdict-words.ts";
import { clientBoundSentence } from "./whose-time.ts";

/** More scenarios than these are counted, not named. */
const NAMED = 3;

/** A transport that all ranked transports of a scenario are different from and worse than, and the nearest of those. */
interface Lead {
  readonly scenario: string;
  readonly transport: string;
  readonly text: string;
}

/**
 * The answer: one sentence a scenario with its evidence, then what it costs besides. Unranked results say so first, and so does a run in which
 * noise left no difference to show.
 */
export function answerOf(results: Results, summary: readonly ScenarioSummary[]): string[] {
  const each = summary.map((scenario) => ({ scenario, answer: scenarioAnswer(scenario) }));
  const answers = each.flatMap(({ answer }) => answer ?? []);
  if (answers.length === 0) {
    const sentences = [
      rankingSentence(results, summary),
      spanSentence(summary),
      clientBoundSentence(summary),
      costSentence(summary),
    ];
    return sentences.filter((one) => one !== undefined);
  }
  const noise = noiseSentence(summary, results);
  const unanswered = each.flatMap(({ scenario, answer }) =>
    answer === undefined && isExpected(scenario) ? [scenario] : [],
  );
  const missing =
    unanswered.length <= NAMED
      ? unanswered.map((scenario) => noAnswer(results, scenario))
      : [`Nothing is ranked in ${listed(unanswered.map(({ name }) => name))}.`];
  if (answers.length <= NAMED) {
    const bound = clientBoundSentence(unanswered);
    return [...(noise ? [noise] : []), ...answers, ...missing, ...(bound ? [bound] : [])];
  }
  const ranked = summary.filter(({ verdicts }) => verdicts.deliveryP50.ranks.size > 0);
  const leads = ranked.flatMap((scenario) => leadOf(scenario, "deliveryP50") ?? []);
  const open = ranked.filter(({ name }) => !leads.some(({ scenario }) => scenario === name));
  const sentences = [
    noise,
    leadSentence(leads, ranked.length),
    openSentence(open),
    ...missing,
    clientBoundSentence(summary),
    costSentence(summary),
  ];
  return sentences.filter((one) => one !== undefined);
}

/** Whether a scenario is one that has an answer: some have no deliveries to time. */
function isExpected({ cells }: ScenarioSummary): boolean {
  const candidates = cells.filter(({ candidate }) => candidate);
  const completed = candidates.filter(({ state }) => state === "completed");
  const timed = candidates.some((cell) => observed(cell, "deliveryP50") !== undefined);
  return candidates.length > 1 && (timed || completed.length === 0);
}

/** Whether there is an answer by latency or CPU. */
export function isRanked(summary: readonly ScenarioSummary[]): boolean {
  return summary.some(({ verdicts }) => verdicts.deliveryP50.ranks.size + verdicts.cpu.ranks.size > 0);
}

/** The transport that leads by verdicts, if one does; never the lowest of several that can't be told apart. */
export function leadOf(scenario: ScenarioSummary, key: MetricKey): Lead | undefined {
  const { pairs, first: transport } = scenario.verdicts[key];
  const cell = scenario.cells.find((one) => one.transport === transport);
  const figure = cell && observed(cell, key);
  if (transport === undefined || !figure) return undefined;
  const gaps = pairs
    .filter(({ a, b, verdict }) => verdict === "different" && (a === transport || b === transport))
    .map((pair) => {
      const other = pair.a === transport ? pair.b : pair.a;
      return { other, ...ratioFor(other, pair) };
    })
    .sort((one, two) => Math.abs(Math.log(one.ratio)) - Math.abs(Math.log(two.ratio)));
  const [next] = gaps;
  const behind = next ? `; the next, ${next.other}, takes ${effect(next.ratio, next.interval)}` : "";
  return { scenario: scenario.name, transport, text: `${ranged(METRICS[key].unit, figure)}${behind}` };
}

function leadSentence(leads: readonly Lead[], of: number): string {
  if (leads.length === 0)
    return "No transport leads alone by median delivery latency in any scenario: the best could not be told apart.";
  if (leads.length <= NAMED) {
    const each = leads.map(({ transport, scenario, text }) => `${transport} leads in ${scenario} (${text})`);
    return `By median delivery latency ${listed(each)}.`;
  }
  return `By median delivery latency, rank 1 is held alone by ${tally(leads, of, true)}.`;
}

/** "websocket in 3 (notify, chat and iot) and sse in 1 of 11 ranked scenarios". */
function tally(leads: readonly Lead[], of: number, named: boolean): string {
  const transports = [...new Set(leads.map(({ transport }) => transport))].map((transport) => {
    const own = leads.filter((one) => one.transport === transport).map(({ scenario }) => scenario);
    return `${transport} in ${own.length}${named ? ` (${listed(own)})` : ""}`;
  });
  return `${listed(transports)} of ${counted(of, "ranked scenario")}`;
}

/** Scenarios in which several share the first place, by ties or for want of blocks. */
function openSentence(open: readonly ScenarioSummary[]): string | undefined {
  if (open.length === 0) return undefined;
  if (open.length > NAMED)
    return `In ${open.length} scenarios several transports share the first rank: ${listed(open.map(({ name }) => name))}.`;
  const texts = open.map((scenario) => {
    const { ranks } = scenario.verdicts.deliveryP50;
    const first = [...ranks].filter(([, { best }]) => best === 1).map(([transport]) => transport);
    const [one] = first;
    const ties = one !== undefined && equalTo(one, scenario.verdicts.deliveryP50).length === first.length - 1;
    return `in ${scenario.name} ${listed(first)} share the first rank: they ${ties ? "are practically equal" : "can't be told apart"}`;
  });
  const text = listed(texts);
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

/** Without ranks: how far apart the observed medians lie, with no name for a winner. */
function spanSentence(summary: readonly ScenarioSummary[]): string | undefined {
  const spans = summary.flatMap(({ name, cells }) => {
    const values = valuesOf(cells, "deliveryP50");
    const [low, high] = [Math.min(...values), Math.max(...values)];
    return values.length > 1 && low > 0 ? { name, low, high, ratio: high / low } : [];
  });
  const [least, most] = [...spans]
    .sort((a, b) => a.ratio - b.ratio)
    .filter((_, place, all) => place === 0 || place === all.length - 1);
  if (!least) return undefined;
  const { name, low, high, ratio } = least;
  if (!most)
    return `The observed median delivery latencies are ${times(ratio)} apart: ${quantity("micros", low)} to ${quantity("micros", high)}.`;
  return `Within a scenario, the observed median delivery latencies are between ${times(ratio)} (${name}) and ${times(most.ratio)} (${most.name}) apart.`;
}

/** What it costs: the ends over all completed transports, and who costs least where somebody leads. */
function costSentence(summary: readonly ScenarioSummary[]): string | undefined {
  const texts = COSTS.flatMap((key) => {
    const { unit, name } = METRICS[key];
    const values = summary.flatMap(({ cells }) => valuesOf(cells, key));
    if (values.length === 0) return [];
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const span = low === high ? quantity(unit, low) : `${quantity(unit, low)} to ${quantity(unit, high)}`;
    const leads = summary.flatMap((scenario) => leadOf(scenario, key) ?? []);
    const ranked = summary.filter(({ verdicts }) => verdicts[key].ranks.size > 0).length;
    const [only] = leads;
    if (!only) return `${name} ${span}`;
    const best = summary.length === 1 ? only.transport : tally(leads, ranked, false);
    return `${name} ${span}, least on ${best}`;
  });
  return texts.length > 0 ? `What it costs: ${texts.join("; ")}.` : undefined;
}

function valuesOf(cells: readonly Cell[], key: MetricKey): number[] {
  return cells
    .filter((cell) => cell.state === "completed" && cell.candidate)
    .flatMap((cell) => observed(cell, key)?.value ?? []);
}
