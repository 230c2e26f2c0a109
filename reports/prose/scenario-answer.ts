import { METRICS, type MetricKey } from "../metrics/catalogue.ts";
import { type Cell, observed } from "../model/cell.ts";
import { inOrder } from "../model/order.ts";
import type { ScenarioSummary } from "../model/summary.ts";
import { areAllEqual, type PairVerdict, pairBetween, ratioFor } from "../model/verdicts.ts";
import { columnOf, effect, figureNumbers, quantity, ranged } from "./format.ts";
import { listed, replicates } from "./text.ts";
import { clientBound } from "./whose-time.ts";

/** More values than these are given without their intervals, which stand in the table. */
const MOST_INTERVALS = 2;

/** Where the transports of a scenario stand by one metric, as the verdicts have it; what every sentence and picture of an answer is made of. */
export interface Standing {
  /** The transport with the best value; all others are compared with it. */
  readonly best: string;
  /** Whether it differs from every other transport that is ranked. */
  readonly isFirst: boolean;
  /** Whether transports that were asked for are not ranked, so that one of them may be better still. */
  readonly isPartial: boolean;
  readonly equal: readonly string[];
  readonly open: readonly string[];
  readonly behind: readonly Against[];
  /** All but the best. */
  readonly all: readonly Against[];
}

/** A transport against the best one. */
interface Against {
  readonly transport: string;
  readonly verdict: PairVerdict["verdict"];
  /** Its value over that of the best. */
  readonly ratio: number;
  readonly interval: { readonly low: number; readonly high: number };
}

/** Undefined where nothing is ranked by the metric. */
export function standingOf({ cells, verdicts }: ScenarioSummary, key: MetricKey): Standing | undefined {
  const { pairs, ranks, first } = verdicts[key];
  const [best, ...others] = inOrder(verdicts[key], METRICS[key].better);
  if (best === undefined) return undefined;
  const against = others.flatMap((transport): Against[] => {
    const pair = pairBetween(pairs, transport, best);
    return pair ? [{ transport, verdict: pair.verdict, ...ratioFor(transport, pair) }] : [];
  });
  const named = (verdict: PairVerdict["verdict"]) =>
    against.filter((one) => one.verdict === verdict).map(({ transport }) => transport);
  return {
    best,
    isFirst: first === best,
    isPartial: cells.some(({ transport, candidate }) => candidate && !ranks.has(transport)),
    equal: named("practically equal"),
    open: named("inconclusive"),
    behind: against.filter(({ verdict }) => verdict === "different"),
    all: against,
  };
}

/** The answer of one scenario in one sentence, with its evidence: who delivers soonest, who is behind by how much, and what it costs. */
export function scenarioAnswer(scenario: ScenarioSummary): string | undefined {
  const latency = clause(scenario, "deliveryP50", LATENCY);
  const cpu = clause(scenario, "cpu", CPU);
  const parts = [latency, cpu].filter((part) => part !== undefined);
  if (parts.length === 0) return undefined;
  const further = [clientBound(scenario), unranked(scenario)].filter((part) => part !== undefined);
  return `${scenario.name}: ${[...parts, ...further].join("; ")}.`;
}

/** Who takes no part in the answer by latency, since nobody would miss them otherwise. */
function unranked({ cells, verdicts, replicate }: ScenarioSummary): string | undefined {
  const { ranks } = verdicts.deliveryP50;
  if (ranks.size === 0) return undefined;
  const missing = cells.filter(({ transport, candidate }) => candidate && !ranks.has(transport));
  const told = (isSo: (state: Cell["state"]) => boolean, one: string, several = one) => {
    const names = missing.filter(({ state }) => isSo(state)).map(({ transport }) => transport);
    return names.length === 0 ? [] : [`${listed(names)} ${names.length > 1 ? several : one}`];
  };
  const full = `saturated in at least one ${replicate}, and`;
  const few = `too few valid ${replicates(replicate)} or publishes`;
  const texts = [
    ...told(
      (state) => state === "saturated",
      `${full} is not ranked by latency`,
      `${full} are not ranked by latency`,
    ),
    ...told((state) => state === "failed", "failed"),
    ...told((state) => state === "skipped", "is not measured here", "are not measured here"),
    ...told((state) => state === "missing", "was not run", "were not run"),
    ...told(
      (state) => state === "completed" || state === "invalid",
      `is not ranked by latency, because it has ${few}`,
      `are not ranked by latency, because they have ${few}`,
    ),
  ];
  return texts.length === 0 ? undefined : texts.join("; ");
}

interface Words {
  /** Of more transports behind the best than these, only the nearest and the farthest are named. */
  readonly named: number;
  readonly first: string;
  /** "each other", or the one transport that the others are equal to. */
  readonly equal: (whom: string) => string;
  readonly open: string;
}

const LATENCY: Words = {
  named: 5,
  first: "delivers soonest, with a median of",
  equal: (whom) => `deliver within 5 % of ${whom}, with medians of`,
  open: "delivers soonest, with medians of",
};
const CPU: Words = {
  named: 2,
  first: "costs the server the least CPU per delivery,",
  equal: (whom) => `cost the server CPU per delivery within 5 % of ${whom}, at`,
  open: "costs the server the least CPU per delivery, at",
};

function clause(scenario: ScenarioSummary, key: MetricKey, words: Words): string | undefined {
  const standing = standingOf(scenario, key);
  if (!standing) return undefined;
  const { best, equal, open, behind, isPartial } = standing;
  const lead = [best, ...equal];
  const figures = [...lead, ...open].flatMap((transport) => {
    const cell = scenario.cells.find((one) => one.transport === transport);
    return (cell && observed(cell, key)) ?? [];
  });
  const { unit } = METRICS[key];
  const column = columnOf(unit, figures.flatMap(figureNumbers));
  const values =
    figures.length > MOST_INTERVALS
      ? figures.map((figure) => quantity(unit, figure.value))
      : figures.map((figure) => ranged(unit, figure, column));
  const scope = isPartial ? "of those ranked, " : "";
  const finding =
    open.length > 0
      ? `it is undecided which of ${listed([...lead, ...open])} ${words.open} ${listed(values)}`
      : equal.length > 0
        ? equalText(lead, scenario.verdicts[key].pairs, words, values)
        : `${best} ${words.first} ${values[0]}`;
  const head = `${scope}${finding}`;
  const far = [...behind].sort((a, b) => a.ratio - b.ratio);
  const [nearest, farthest] = [far[0], far.at(-1)];
  if (!nearest || !farthest) return head;
  if (far.length <= words.named) return `${head}; ${behindText(far, best, key)}`;
  const text = ({ transport, ratio, interval }: Against) => `${transport} ${effect(ratio, interval)}`;
  return `${head}; ${far.length} transports are behind ${best}, from ${text(nearest)} to ${text(farthest)}`;
}

/** Equality is not handed on: what is within 5 % of the best one need not be so of each other. */
function equalText(
  [best = "", ...equal]: readonly string[],
  pairs: readonly PairVerdict[],
  words: Words,
  values: readonly string[],
): string {
  if (areAllEqual(equal, pairs))
    return `${listed([best, ...equal])} ${words.equal("each other")} ${listed(values)}`;
  return `${listed(equal)} ${words.equal(best)} ${listed(values.slice(1))}, against ${values[0]}`;
}

/** How far transports are behind the best one: "sse is 1.2x and grpc 1.6x slower than websocket". */
export function behindText(
  behind: readonly Pick<Against, "transport" | "ratio" | "interval">[],
  best: string,
  key: MetricKey,
): string {
  const isLatency = METRICS[key].latency === true;
  const texts = behind.map(({ transport, ratio, interval }, place) => {
    const verb = place > 0 ? "" : isLatency ? "is " : "takes ";
    return `${transport} ${verb}${effect(ratio, interval)}`;
  });
  if (isLatency) return `${listed(texts)} slower than ${best}`;
  return `${listed(texts)} as much as ${best}`;
}
