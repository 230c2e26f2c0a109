import { firmnessOf, hasVerdicts, isSplit } from "./firmness.ts";
import type { Decision, DecisionInput, RankedTransport } from "./input.ts";

/* What a decision says, in the terminal and on the page. */

/** Who is first, by how much, and how firm that is; at most three sentences. */
export function answerText(input: DecisionInput, decision: Decision): string {
  const { ranked, counting, excluded } = decision;
  const name = (transport: number) => input.transports[transport] ?? "";
  const top = ranked.filter(({ rank }) => rank === 1);
  const [first] = top;
  if (!first) return noAnswerText(input, decision);
  const next = ranked.find(({ rank }) => rank > 1);
  const names = listText(top.map(({ transport }) => name(transport)));
  if (ranked.length > 1 && !hasVerdicts(input, decision)) return unrankedText(input, decision, names);
  if (ranked.length === 1) {
    const others = excluded.length + decision.unscored.length;
    return `${names} is the only transport left to rank${others > 0 ? `: ${others} of ${input.transports.length} are out` : ""}.`;
  }
  const lead = next
    ? `, ${timesText(next.score / first.score)} ahead of ${name(next.transport)}`
    : ": nothing separates the transports";
  const firmness = firmnessOf(decision);
  const several = top.length > 1;
  const verb =
    firmness === "firm"
      ? `${several ? "share" : "is"} ${several ? "the first place" : "first"}`
      : `${several ? "share" : "has"} the best score observed`;
  const open = decision.pairs.openAtTop;
  const doubt =
    firmness === "noisy"
      ? ", but that is within the noise"
      : firmness === "unproven"
        ? `, but ${open} of the comparisons behind that ${open === 1 ? "is" : "are"} inconclusive`
        : "";
  const criteria = listText(counting.map((one) => inSentence(input.criteria[one]?.label ?? "")));
  const shares = sharesShown(decision);
  const weightings =
    first.firstOfWeightings === null
      ? ` A single criterion counts, ${criteria}.`
      : shares.weightings
        ? ` First, or tied for it, in ${count(decision.weightings)} random weightings of ${criteria}: ${sharesText(input, decision, "firstOfWeightings")}.`
        : "";
  const resamples =
    first.firstOfResamples === null || !shares.resamples
      ? ""
      : ` With these weights first, or tied for it, in ${count(decision.resamples)} resamples of the ${blocksWord(input, 2)} in common (at least ${decision.commonBlocks}): ${sharesText(input, decision, "firstOfResamples")}.`;
  return `${names} ${verb}${lead}${doubt}.${weightings}${resamples}`;
}

/**
 * Which shares of draws are told. Weightings take the figures as they were observed, so "100 %" of them would read like proof where the lead itself is none;
 * resamples are told as well where they are what speaks against it.
 */
function sharesShown(decision: Decision): Record<"weightings" | "resamples", boolean> {
  const isFirm = firmnessOf(decision) === "firm";
  return { weightings: isFirm, resamples: isFirm || isSplit(decision) };
}

/** What a row of the ranking says of its transport's place: dashes where nothing is ranked, and "1?" where the first place is not proven. */
export function placeTexts(
  input: DecisionInput,
  decision: Decision,
  own: RankedTransport | undefined,
): Record<"rank" | "weightings" | "resamples", string> {
  if (!own || !hasVerdicts(input, decision)) return { rank: "–", weightings: "–", resamples: "–" };
  const shares = sharesShown(decision);
  return {
    rank: firmnessOf(decision) === "firm" ? String(own.rank) : `${own.rank}?`,
    weightings: shareText(shares.weightings ? own.firstOfWeightings : null),
    resamples: shareText(shares.resamples ? own.firstOfResamples : null),
  };
}

/** The order of what was observed, with no place for anybody and no share of draws, which would read like proof. */
function unrankedText(input: DecisionInput, { ranked, pairs }: Decision, names: string): string {
  const why =
    input.blocks === 1
      ? `one ${blocksWord(input, 1)} can't tell a difference between transports from noise`
      : pairs.inconclusive > 0
        ? `none of the ${pairs.inconclusive + pairs.untested} comparisons behind this has a verdict`
        : `none of the ${pairs.untested} comparisons behind this has the three ${blocksWord(input, 3)} that a verdict needs`;
  const next = ranked.find(({ rank }) => rank > 1);
  const several = ranked.filter(({ rank }) => rank === 1).length > 1;
  const order = next
    ? `By these weights ${names} ${several ? "have" : "has"} the best figures observed, ${timesText(next.score / (ranked[0]?.score ?? 1))} ahead of ${input.transports[next.transport] ?? ""}; another run may reverse the order.`
    : "By these weights, nothing that was observed separates the transports.";
  return `Nothing is ranked: ${why}. ${order}`;
}

/** How far the figures behind it can be trusted to order the transports; empty where the answer says that nothing is ranked. */
export function cautionText(input: DecisionInput, decision: Decision): string {
  const { pairs, ranked, commonBlocks } = decision;
  if (ranked.length < 2 || !hasVerdicts(input, decision)) return "";
  const all = pairs.different + pairs.equal + pairs.inconclusive + pairs.untested;
  const few =
    ranked[0]?.firstOfResamples === null
      ? ` Only ${commonBlocks} ${blocksWord(input, commonBlocks)} ${commonBlocks === 1 ? "is" : "are"} common to these transports: too few to say how the order varies with them.`
      : "";
  return (
    `Of the ${all} comparisons of two transports behind this, ${pairs.different} show a difference, ${pairs.equal} are practically equal ` +
    `and count as equal, ${pairs.inconclusive} are inconclusive and ${pairs.untested} could not be tested; the last two kinds count as measured.${few}`
  );
}

/** Criteria that have a weight but no figure; empty if all have one. */
export function idleText(input: DecisionInput, { idle, ranked }: Decision): string {
  if (idle.length === 0 || ranked.length === 0) return "";
  const parts = idle.map(({ criterion, reason }) => `${input.criteria[criterion]?.label ?? ""} (${reason})`);
  return `Not counted, since no transport has a figure: ${parts.join("; ")}.`;
}

/** Why a transport is out, not scored, or in doubt; empty of one that plainly ranks. */
export function reasonText({ excluded, unscored, doubtful }: Decision, transport: number): string {
  const kinds = [
    { word: "Out", list: excluded },
    { word: "Not scored", list: unscored },
    { word: "In doubt", list: doubtful },
  ];
  return kinds
    .flatMap(({ word, list }) =>
      list
        .filter((one) => one.transport === transport)
        .map(({ reasons }) => `${word}: ${reasons.join("; ")}.`),
    )
    .join(" ");
}

/** All transports, the ranked ones first and the excluded ones last. */
export function orderOf(input: DecisionInput, { ranked, unscored, excluded }: Decision): number[] {
  const placed = [ranked, unscored, excluded].map((list) => list.map(({ transport }) => transport));
  const [first = [], ...last] = placed;
  const others = input.transports
    .map((_name, transport) => transport)
    .filter((transport) => !placed.flat().includes(transport));
  return [...first, ...others, ...last.flat()];
}

/** A share of draws: "83 %"; what is not all or nothing never reads as if it were. */
export function shareText(share: number | null): string {
  if (share === null) return "–";
  if (share === 0) return "0 %";
  if (share < 0.01) return "<1 %";
  if (share > 0.99 && share < 1) return ">99 %";
  return `${Math.round(share * 100)} %`;
}

/** A ratio to the best: "1.00x", "12.3x". */
export function timesText(ratio: number | null): string {
  if (ratio === null) return "–";
  return `${ratio >= 1e6 ? ratio.toExponential(1) : ratio.toFixed(ratio < 9.995 ? 2 : ratio < 99.95 ? 1 : 0)}x`;
}

/** "launches", or "blocks" of a run whose trials are in one piece. */
function blocksWord({ replicate }: DecisionInput, many: number): string {
  if (many === 1) return replicate;
  return replicate === "launch" ? "launches" : "blocks";
}

function noAnswerText(input: DecisionInput, { excluded, unscored, counting }: Decision): string {
  if (excluded.length === input.transports.length) return "No transport meets all of these requirements.";
  if (excluded.length + unscored.length === input.transports.length)
    return "No transport that meets the requirements has all the figures; choose fewer scenarios or criteria.";
  if (counting.length === 0) return "Nothing counts: give a weight to a criterion that was measured here.";
  return "There is nothing to rank.";
}

/** "sse 83 %, websocket 17 %", those that are ever first. */
function sharesText(
  input: DecisionInput,
  { ranked }: Decision,
  key: "firstOfWeightings" | "firstOfResamples",
): string {
  return ranked
    .filter((one) => (one[key] ?? 0) > 0)
    .sort((a, b) => (b[key] ?? 0) - (a[key] ?? 0))
    .map((one) => `${input.transports[one.transport] ?? ""} ${shareText(one[key])}`)
    .join(", ");
}

function listText(items: readonly string[]): string {
  return items.length < 2 ? items.join("") : `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;
}

/** A label within a sentence; an abbreviation stays as it is. */
function inSentence(label: string): string {
  return label === label.toUpperCase() ? label : label.toLowerCase();
}

function count(many: number): string {
  return many.toLocaleString("en-US");
}
