import { CRITERIA } from "../reports/decision/criteria.ts";
import { REQUIREMENTS } from "../reports/decision/requirements.ts";
import type { Answer } from "./asked.ts";
import { readNeeds, readWeights } from "./decision.ts";
import type { AskedUnit, Check, Prediction, SettingsQuestion } from "./lesson.ts";
import { WrongAnswer } from "./wrong-answer.ts";

/** The id of the question at the end of a lesson. */
export const CHECK = "check";

/** What a face asks, and how it reads the answer. */
export interface Question {
  readonly id: string;
  readonly kind: "number" | "choice" | "check" | "needs" | "weights";
  readonly asks: string;
  readonly unit?: AskedUnit;
  /** What can be chosen, with what it means where that is not plain. */
  readonly options: readonly { readonly name: string; readonly about?: string }[];
  /** How to answer, in a few words. */
  readonly hint: string;
  /** The answer; null where nothing was typed. Throws WrongAnswer. */
  read(typed: string): Answer;
}

export function questionOf(asked: Prediction | SettingsQuestion): Question {
  const { id, kind, asks } = asked;
  if (kind === "number")
    return {
      id,
      kind,
      asks,
      unit: asked.unit,
      options: [],
      hint: `a number (${asked.unit}), or nothing to skip`,
      read: (typed) => readNumber(typed, asked.unit),
    };
  if (kind === "choice") {
    const options = asked.options.map(({ name }) => ({ name }));
    return { id, kind, asks, options, hint: "a number or a name, or nothing to skip", read: among(options) };
  }
  if (kind === "needs")
    return {
      ...{ id, kind, asks, hint: "names separated by commas, or nothing" },
      options: REQUIREMENTS.map(({ key, about }) => ({ name: key, about })),
      read: readNeeds,
    };
  const { criteria } = asked;
  return {
    ...{ id, kind, asks, hint: "like latency=3,cpu=1; what is left out has 1" },
    options: CRITERIA.filter(({ key }) => criteria.includes(key)).map(({ key, about }) => ({
      name: key,
      about,
    })),
    read: (typed) => readWeights(typed, criteria),
  };
}

export function checkQuestion({ asks, options }: Check): Question {
  const named = options.map((name) => ({ name }));
  return {
    id: CHECK,
    kind: "check",
    asks,
    options: named,
    hint: "a number, or nothing to skip",
    read: among(named),
  };
}

function readNumber(typed: string, unit: AskedUnit): Answer {
  const trimmed = typed.trim();
  if (trimmed === "") return null;
  const bare = trimmed.endsWith(unit) ? trimmed.slice(0, -unit.length).trim() : trimmed;
  // 1,000 is a thousand in the lab's texts.
  const value = /^\d{1,3}(,\d{3})+(\.\d+)?$/.test(bare) ? Number(bare.replaceAll(",", "")) : Number(bare);
  if (bare === "" || !Number.isFinite(value) || value < 0)
    throw new WrongAnswer(`type a number (${unit}), such as 12 or 0.5, not "${trimmed.slice(0, 40)}"`);
  return value;
}

/** By its number from 1, its name or the beginning of its name. */
function among(options: readonly { readonly name: string }[]): (typed: string) => Answer {
  return (typed) => {
    const word = typed.trim().toLowerCase();
    if (word === "") return null;
    const exact = options.find(({ name }) => name.toLowerCase() === word);
    const starting = options.filter(({ name }) => name.toLowerCase().startsWith(word));
    const found = options[Number(word) - 1] ?? exact ?? (starting.length === 1 ? starting[0] : undefined);
    if (!found)
      throw new WrongAnswer(
        `choose a number from 1 to ${options.length}, or a name from the list, not "${typed.trim().slice(0, 40)}"`,
      );
    return found.name;
  };
}
