import { type DecisionInput, MOST_WEIGHT } from "../../reports/decision/input.ts";
import { usage } from "../process/failure.ts";
import { nearest, parseNumber } from "./choices.ts";

/** "browser,resumption" as requirements of the decision input; `none` and an empty text ask for nothing. */
export function parseNeeds(text: string, { requirements }: DecisionInput): string[] {
  return text.trim() === "none"
    ? []
    : namesIn(
        "requirement",
        text,
        requirements.map(({ key }) => key),
      );
}

/** "chat,notify" as scenarios of the input; `all` and nothing are all of them. */
export function parseScenarios(text: string, { scenarios }: DecisionInput): string[] {
  const named = text.trim() === "all" ? [] : namesIn("scenario of this run", text, scenarios);
  return named.length > 0 ? named : [...scenarios];
}

/** "latency=3,memory=0" over the weight of 1 that every criterion has by itself. */
export function parseWeights(text: string, { criteria }: DecisionInput): Record<string, number> {
  const keys = criteria.map(({ key }) => key);
  const weights = Object.fromEntries(keys.map((key) => [key, 1]));
  for (const part of partsOf(text)) {
    const [name = "", value, ...more] = part.split("=").map((one) => one.trim());
    if (value === undefined || more.length > 0)
      throw usage(`a weight looks like ${keys[0]}=3, not "${part}"`);
    const [key = ""] = namesIn("criterion", name, keys);
    weights[key] = parseWeight(key, value);
  }
  if (Object.values(weights).every((weight) => weight === 0))
    throw usage("every weight is 0, so nothing counts; give one criterion at least 1");
  return weights;
}

/** A whole number from 0 to 10. */
export function parseWeight(key: string, text: string): number {
  return parseNumber(`the weight of ${key}`, text, { min: 0, max: MOST_WEIGHT, integer: true });
}

function namesIn(what: string, text: string, known: readonly string[]): string[] {
  const names = partsOf(text);
  for (const name of names)
    if (!known.includes(name))
      throw usage(
        `unknown ${what} "${name}"; did you mean ${nearest(name, known)}? There are ${known.join(", ")}`,
      );
  return [...new Set(names)];
}

function partsOf(text: string): string[] {
  return text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}
