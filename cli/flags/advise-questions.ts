import { createInterface } from "node:readline/promises";
import type { Readable, Writable } from "node:stream";
import type { DecisionInput, Settings } from "../../reports/decision/input.ts";
import { wrapped } from "../../reports/prose/text.ts";
import { CliFailure, usage } from "../process/failure.ts";
import { parseNeeds, parseScenarios, parseWeight } from "./advise-settings.ts";

/** Somebody pressed Ctrl-C at a question. */
export class Interrupted extends Error {}

/**
 * Asks for those of the settings that are not given, each with a default that an empty answer takes; a wrong answer is told and
 * asked again. Throws Interrupted on Ctrl-C, and a usage failure when the input ends before the last answer.
 */
export async function askSettings(
  input: DecisionInput,
  given: Partial<Settings>,
  streams: { readonly input: Readable; readonly output: Writable },
): Promise<Settings> {
  const dialogue = createInterface({ ...streams, terminal: true });
  const ended = new Promise<never>((_resolve, reject) => {
    dialogue.once("SIGINT", () => reject(new Interrupted("interrupted")));
    dialogue.once("close", () =>
      reject(usage("the input ended before the last answer; nothing was decided")),
    );
  });
  // Rejects as well when all is answered and nobody listens any more.
  ended.catch(() => undefined);
  const ask = async <T>(question: string, standard: string, read: (answer: string) => T): Promise<T> => {
    for (;;) {
      const answer = await Promise.race([dialogue.question(`${question} [${standard}] `), ended]);
      try {
        return read(answer.trim() === "" ? standard : answer);
      } catch (error) {
        if (!(error instanceof CliFailure)) throw error;
        streams.output.write(`  ${error.message}\n`);
      }
    }
  };
  try {
    if (!given.needs) explain(input.requirements, streams.output);
    const needs =
      given.needs ??
      (await ask("What must it have, comma-separated?", "none", (answer) => parseNeeds(answer, input)));
    const weights = given.weights ?? (await askWeights(input, ask, streams.output));
    const scenarios = given.scenarios ?? (await askScenarios(input, ask, streams.output));
    return { needs, weights, scenarios };
  } finally {
    dialogue.close();
  }
}

const COLUMNS = 80;

/** Keys and what they mean, in 80 columns. */
function explain(list: readonly { readonly key: string; readonly about: string }[], output: Writable): void {
  for (const { key, about } of list)
    output.write(
      `  ${key.padEnd(14)} ${wrapped(about, COLUMNS - 17).replaceAll("\n", `\n${" ".repeat(17)}`)}\n`,
    );
}

type Ask = <T>(question: string, standard: string, read: (answer: string) => T) => Promise<T>;

/** Of a single scenario nobody is asked. */
async function askScenarios(input: DecisionInput, ask: Ask, output: Writable): Promise<readonly string[]> {
  const { scenarios } = input;
  if (scenarios.length < 2) return scenarios;
  output.write(`  ${wrapped(scenarios.join(", "), COLUMNS - 2).replaceAll("\n", "\n  ")}\n`);
  return ask("Which scenarios count?", "all", (answer) => parseScenarios(answer, input));
}

async function askWeights(
  { criteria }: DecisionInput,
  ask: Ask,
  output: Writable,
): Promise<Record<string, number>> {
  output.write("What matters, from 0 (not at all) to 10?\n");
  explain(criteria, output);
  for (;;) {
    const weights: Record<string, number> = {};
    for (const { key } of criteria)
      weights[key] = await ask(`Weight of ${key}?`, "1", (answer) => parseWeight(key, answer));
    if (Object.values(weights).some((weight) => weight > 0)) return weights;
    output.write("  with every weight 0 nothing counts; once more:\n");
  }
}
