import { listed } from "../reports/prose/text.ts";
import { type Answer, answerText, inAskedUnit } from "./asked.ts";
import type { RevealedRow } from "./block.ts";
import { type Figures, isSeen, type Seen, seenText } from "./figures.ts";
import { ASKED_UNITS, type ChoicePrediction, type NumberPrediction, type Prediction } from "./lesson.ts";
import { type Standing, standing } from "./standing.ts";

/** Within this factor of the figure a guess is near, within the next it is of the right size. */
const NEAR = 1.25;
const RIGHT_SIZE = 2;

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
  const predicted = typeof answer === "number" ? answerText(answer, unit) : "–";
  const figure = figures[measure];
  if (!isSeen(figure)) return notMeasured(asks, predicted, figure?.absent);
  const row = { asked: asks, predicted, measured: inAskedUnit(figure, unit) };
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
  if (guess === value) return { says: "exactly", verdict: "right" };
  if (value === 0) return { says: "too high: it is zero", verdict: "far" };
  if (guess <= 0) return { says: "too low", verdict: "far" };
  const factor = Math.max(guess / value, value / guess);
  if (interval && guess >= interval.low && guess <= interval.high)
    // Of few and noisy blocks nearly everything is inside.
    return factor <= RIGHT_SIZE
      ? { says: "inside the interval", verdict: "right" }
      : { says: "inside the interval, which is wide", verdict: "near" };
  const way = guess > value ? "high" : "low";
  if (factor <= NEAR) return { says: `near, a little ${way}`, verdict: "near" };
  const times = Number(factor.toPrecision(2)).toLocaleString("en-US");
  if (factor <= RIGHT_SIZE) return { says: `of the right size, ${times} times too ${way}`, verdict: "near" };
  return { says: `${times} times too ${way}`, verdict: "far" };
}

function revealedChoice(prediction: ChoicePrediction, answer: Answer, figures: Figures): RevealedRow {
  const { asks, options } = prediction;
  const found = standing(prediction, figures);
  const withFigure = (name: string) => {
    const figure = figures[options.find((one) => one.name === name)?.measure ?? ""];
    return isSeen(figure) ? `${name} ${seenText(figure)}` : name;
  };
  const predicted = typeof answer === "string" ? withFigure(answer) : "–";
  const out = figures[options.find(({ name }) => name === answer)?.measure ?? ""];
  const measured =
    "absent" in found
      ? "not measured"
      : found.best.length === 0
        ? "none: each of them is out"
        : listed(found.best.map(withFigure));
  const row = { asked: asks, predicted, measured };
  if (out && !isSeen(out) && out.excluded)
    return { ...row, says: `it is out: ${out.absent}`, verdict: "far" };
  if ("absent" in found) return notMeasured(asks, predicted, found.absent);
  if (typeof answer !== "string") return { ...row, says: "no prediction", verdict: "open" };
  if (!found.best.includes(answer)) return { ...row, says: "another one", verdict: "far" };
  return { ...row, ...whatIsBest(found) };
}

/** Of a guess that nothing tells apart from the best. */
function whatIsBest({ best, how, seen }: Standing): Pick<RevealedRow, "says" | "verdict"> {
  switch (how) {
    case "alone":
      return { says: seen.size === 1 ? "right: all others are out" : "right", verdict: "right" };
    case "equal":
      return { says: "right: they are equal", verdict: "right" };
    case "noise":
      return { says: "right within the noise: they can't be told apart", verdict: "near" };
    case "few":
      return { says: "can't be told: an interval needs three blocks", verdict: "open" };
    case "unproven":
      return best.length === 1
        ? {
            says: "the best score observed, though not every comparison behind it has a verdict",
            verdict: "near",
          }
        : { says: "right within the noise: they can't be told apart", verdict: "near" };
    case "unranked":
      return { says: "can't be told: no comparison of these has a verdict", verdict: "open" };
  }
}
