import { existsSync, readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { decide } from "../../reports/decision/arithmetic.ts";
import { decisionJson } from "../../reports/decision/decision-json.ts";
import { fragmentOf } from "../../reports/decision/fragment.ts";
import { decisionInput } from "../../reports/decision/gather-input.ts";
import { type DecisionInput, defaultSettings, type Settings } from "../../reports/decision/input.ts";
import { renderDecision } from "../../reports/decision/terminal-decision.ts";
import { summarize } from "../../reports/model/summary.ts";
import type { AdviseFlags } from "../commands/advise.ts";
import { askSettings, Interrupted } from "../flags/advise-questions.ts";
import { parseNeeds, parseScenarios, parseWeights } from "../flags/advise-settings.ts";
import { terminalOptions } from "../output/render.ts";
import { readResults, resultsFileOf } from "../output/results-file.ts";
import { shellWord } from "../process/command-line.ts";
import { usage } from "../process/failure.ts";

/** Where `bench` writes unless told otherwise. */
const RESULTS_FOLDER = "notif-lab-results";

/** Which transport a run's figures speak for; on a terminal asks for what no flag says. */
export async function advise(file: string | undefined, flags: AdviseFlags): Promise<void> {
  const path = resultsFileOf(file ?? newestResults());
  const results = await readResults(path);
  const input = decisionInput(results, summarize(results));
  if (input.transports.length < 2)
    throw usage(
      `${path} has only ${input.transports[0] ?? "no transport"}, so there is nothing to choose; give the results of several transports`,
    );
  const settings = await settingsOf(flags, input);
  if (!settings) return;
  const decision = decide(input, settings);
  const fragment = fragmentOf(input, settings);
  if (flags.json) {
    const said = { file: path, fragment, ...decisionJson(input, settings, decision) };
    process.stdout.write(`${JSON.stringify(said, null, 2)}\n`);
    return;
  }
  const page = join(dirname(path), "report.html");
  const how = existsSync(page) ? "" : `\n(there once "notif-lab report ${shellWord(path)}" has written it)`;
  process.stdout.write(
    `${renderDecision(input, decision, settings, terminalOptions())}\nThe same to look at and to send round:\n${page}${fragment}${how}\n`,
  );
}

/** From flags, from answers, or from both; undefined when somebody pressed Ctrl-C. */
async function settingsOf(flags: AdviseFlags, input: DecisionInput): Promise<Settings | undefined> {
  const { need, weights, scenarios } = flags;
  const given = {
    ...(need === undefined ? {} : { needs: parseNeeds(need, input) }),
    ...(weights === undefined ? {} : { weights: parseWeights(weights, input) }),
    ...(scenarios === undefined ? {} : { scenarios: parseScenarios(scenarios, input) }),
  };
  const asks = process.stdin.isTTY === true && process.stdout.isTTY === true && !flags.json;
  if (!asks) {
    if (Object.keys(given).length === 0)
      process.stderr.write(
        "Nobody can be asked here, so nothing is required, all criteria weigh the same and all scenarios count; --need, --weights or --scenarios say otherwise.\n",
      );
    return { ...defaultSettings(input), ...given };
  }
  try {
    return await askSettings(input, given, { input: process.stdin, output: process.stdout });
  } catch (error) {
    // The cursor stands behind a question.
    process.stdout.write("\n");
    if (!(error instanceof Interrupted)) throw error;
    process.exitCode = 130;
    return undefined;
  }
}

/** The newest results file of `bench`. */
function newestResults(): string {
  const names = existsSync(RESULTS_FOLDER) ? readdirSync(RESULTS_FOLDER) : [];
  const files = names
    .map((name) => join(RESULTS_FOLDER, name, "results.json"))
    .filter((path) => existsSync(path))
    .map((path) => ({ path, at: statSync(path).mtimeMs }))
    .sort((a, b) => b.at - a.at);
  const [newest] = files;
  if (!newest)
    throw usage(`no results under ${RESULTS_FOLDER}/; run "notif-lab bench" first, or name a results.json`);
  return newest.path;
}
