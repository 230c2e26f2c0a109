import { listed } from "../reports/prose/text.ts";
import type { RevealedRow } from "./block.ts";
import { amountText, areApart, type Figures, isSeen, type Seen, seenText } from "./figures.ts";
import { ASKED_UNITS, type ChoicePrediction, type NumberPrediction, type Prediction } from "./lesson.ts";

/** Within this factor of the figure a guess is near, within the next it is of the right size. */
const NEAR = 1.25;
const RIGHT_SIZE = 2;

/** What a learner answered: a number in the asked unit, a name, or nothing. */
export type Answer = number | string | null;

/** A prediction beside what was measured. */
export function revealed(prediction: Prediction, answer: Answer, figures: Figures): RevealedRow {
  return prediction.kind === "number"
    ? revealedNumber(prediction, answer, figures)
    : revealedChoice(prediction, answer, figures);
}

function revealedNumber(
  { asks, unit, measure }: NumberPrediction,
  answer: Answer,
  figures: Figures,
): RevealedRow {
  const predicted = typeof answer === "number" ? `${answer.toLocaleString("en-US")} ${unit}` : "–";
  const figure = figures[measure];
  if (!isSeen(figure)) return notMeasured(asks, predicted, figure?.absent);
  const row = { asked: asks, predicted, measured: seenText(figure) };
  if (typeof answer !== "number") return { ...row, says: "no prediction", verdict: "open" };
  const guess = answer * ASKED_UNITS[unit].size;
  return { ...row, ...sizeOf(guess, figure), ...scaleOf(guess, figure) };
}

function scaleOf(guess: number, { value, interval }: Seen): Pick<RevealedRow, "scale"> {
  const { low, high } = interval ?? { low: value, high: value };
  return guess > 0 && low > 0 ? { scale: { guess, value, low, high } } : {};
}

function notMeasured(asked: string, predicted: string, reason = "it was not run"): RevealedRow {
  return { asked, predicted, measured: "not measured", says: reason, verdict: "open" };
}

function sizeOf(guess: number, { value, interval }: Seen): Pick<RevealedRow, "says" | "verdict"> {
  if (interval && guess >= interval.low && guess <= interval.high)
    return { says: "inside the interval", verdict: "right" };
  if (guess === value) return { says: "exactly", verdict: "right" };
  if (value === 0) return { says: "too high: it is zero", verdict: "far" };
  if (guess <= 0) return { says: "too low", verdict: "far" };
  const factor = Math.max(guess / value, value / guess);
  const way = guess > value ? "high" : "low";
  if (factor <= NEAR) return { says: `near, a little ${way}`, verdict: "near" };
  const times = Number(factor.toPrecision(2)).toLocaleString("en-US");
  if (factor <= RIGHT_SIZE) return { says: `of the right size, ${times} times too ${way}`, verdict: "near" };
  return { says: `${times} times too ${way}`, verdict: "far" };
}

/** The options in the order of their figures, the winner first, and which can't be told apart from it. */
export function standing(
  { options, wins }: ChoicePrediction,
  figures: Figures,
):
  | { readonly best: readonly string[]; readonly seen: ReadonlyMap<string, Seen> }
  | { readonly absent: string } {
  const seen = new Map<string, Seen>();
  const reasons: string[] = [];
  for (const { name, measure } of options) {
    const figure = figures[measure];
    if (isSeen(figure)) seen.set(name, figure);
    else reasons.push(figure?.absent ?? "it was not run");
  }
  const sign = wins === "lowest" ? 1 : -1;
  const [first] = [...seen.values()].sort((a, b) => sign * (a.value - b.value));
  // The one that is missing might have won.
  if (!first || reasons.length > 0) return { absent: [...new Set(reasons)].join("; ") };
  const best = [...seen].filter(([, one]) => one === first || !areApart(one, first)).map(([name]) => name);
  return { best, seen };
}

function revealedChoice(prediction: ChoicePrediction, answer: Answer, figures: Figures): RevealedRow {
  const { asks } = prediction;
  const predicted = typeof answer === "string" ? answer : "–";
  const found = standing(prediction, figures);
  if ("absent" in found) return notMeasured(asks, predicted, found.absent);
  const { best, seen } = found;
  const figureOf = (name: string) => {
    const one = seen.get(name);
    return one ? ` ${amountText(one.value, one.unit)}` : "";
  };
  const row = {
    asked: asks,
    predicted: `${predicted}${typeof answer === "string" ? figureOf(answer) : ""}`,
    measured: listed(best.map((name) => `${name}${figureOf(name)}`)),
  };
  if (typeof answer !== "string") return { ...row, says: "no prediction", verdict: "open" };
  if (!best.includes(answer)) return { ...row, says: "another one", verdict: "far" };
  return best.length === 1
    ? { ...row, says: "right", verdict: "right" }
    : { ...row, says: "right within the noise: they can't be told apart", verdict: "near" };
}
