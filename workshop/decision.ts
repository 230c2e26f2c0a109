import type { Results } from "../harness/result/result.ts";
import { decide } from "../reports/decision/arithmetic.ts";
import { CRITERIA } from "../reports/decision/criteria.ts";
import { decisionInput } from "../reports/decision/gather-input.ts";
import {
  type Decision,
  type DecisionInput,
  defaultSettings,
  MOST_WEIGHT,
  type Settings,
} from "../reports/decision/input.ts";
import { REQUIREMENTS } from "../reports/decision/requirements.ts";
import { METRICS } from "../reports/metrics/catalogue.ts";
import { summarize } from "../reports/model/summary.ts";
import type { Answer } from "./asked.ts";
import { WrongAnswer } from "./wrong-answer.ts";

/** The answers that a decision is made by. */
const NEEDS = "needs";
const WEIGHTS = "weights";

/** "browser, resumption" as keys; "none" and nothing ask for nothing. */
export function readNeeds(typed: string): string {
  const names = partsOf(typed).filter((one) => one !== "none");
  const keys: readonly string[] = REQUIREMENTS.map(({ key }) => key);
  const unknown = names.find((one) => !keys.includes(one));
  if (unknown !== undefined)
    throw new WrongAnswer(`"${unknown}" is none of ${keys.join(", ")}; separate several by commas`);
  return [...new Set(names)].join(", ") || "none";
}

/** The criteria that a run of so many publishes has figures for, if it breaks nothing. */
export function criteriaOf(publishes: number): string[] {
  return CRITERIA.filter(({ calm }) =>
    calm.some((key) => (METRICS[key].support?.needs ?? 0) <= publishes),
  ).map(({ key }) => key);
}

/** "latency=3, cpu=1": those of the criteria that are named, from 0 to 10; the others of them have 1. */
export function readWeights(typed: string, criteria: readonly string[]): string {
  const weights = new Map(criteria.map((key) => [key, 1]));
  for (const part of partsOf(typed).filter((one) => one !== "equal")) {
    const [key = "", value = ""] = part.split("=").map((one) => one.trim());
    const weight = value === "" ? Number.NaN : Number(value);
    if (!criteria.includes(key) || !(weight >= 0 && weight <= MOST_WEIGHT))
      throw new WrongAnswer(
        `write criteria with weights from 0 to ${MOST_WEIGHT}, like latency=3,cpu=1; there are ${criteria.join(", ")}`,
      );
    weights.set(key, weight);
  }
  if ([...weights.values()].every((weight) => weight === 0))
    throw new WrongAnswer("with every weight 0 nothing counts; give one of them more");
  return [...weights].map(([key, weight]) => `${key}=${weight}`).join(", ");
}

/** The weights of an answer; what it does not name does not count. Undefined where nothing was said. */
function weightsIn(answer: string): Readonly<Record<string, number>> | undefined {
  const known = partsOf(answer).flatMap((part) => {
    const [key = "", value = ""] = part.split("=").map((one) => one.trim());
    const weight = Number(value);
    const isOne = CRITERIA.some((one) => one.key === key) && weight >= 0 && weight <= MOST_WEIGHT;
    return isOne ? [[key, weight] as const] : [];
  });
  return known.length > 0 ? Object.fromEntries(known) : undefined;
}

function partsOf(typed: string): string[] {
  return typed
    .toLowerCase()
    .split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "");
}

/** What the run's figures say for somebody with these answers. */
export function decisionOf(
  results: Results,
  answers: Readonly<Record<string, Answer>>,
): { readonly input: DecisionInput; readonly settings: Settings; readonly decision: Decision } {
  const input = decisionInput(results, summarize(results));
  const given = (id: string) => {
    const answer = answers[id];
    return typeof answer === "string" ? answer : "";
  };
  const weights = weightsIn(given(WEIGHTS));
  const settings: Settings = {
    ...defaultSettings(input),
    needs: partsOf(readNeeds(given(NEEDS))).filter((one) => one !== "none"),
    ...(weights ? { weights } : {}),
  };
  return { input, settings, decision: decide(input, settings) };
}
