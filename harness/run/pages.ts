import { LabError } from "../../core/errors.ts";
import { besideLoad, besideSeconds } from "../browser/beside.ts";
import { inPage, whyNotBeside } from "../browser/in-page.ts";
import type { LaunchScenario } from "../launch/launch-spec.ts";
import type { Results, Trial } from "../result/result.ts";
import type { BrowserOfRun } from "../result/schema/browser.ts";
import { refOf } from "./preparation.ts";
import { type Progress, type RunOptions, type RunState, tell } from "./run-state.ts";

/** What a page beside the load takes a launch. */
export function pageSeconds({ browser, transports }: RunOptions, scenarios: number): number {
  return browser ? besideSeconds(transports.filter(({ name }) => inPage(name)).length, scenarios) : 0;
}

/**
 * Adds to trials that are over what a browser's page sees of the same plans, where the run is to have one. They stand in the results as they are
 * until then, so that an interruption loses nothing of them.
 */
export async function addPages(
  state: RunState,
  trials: readonly Trial[],
  scenarios: readonly LaunchScenario[],
  launch?: Progress["launch"],
): Promise<void> {
  const { options, signal, events } = state;
  const { browser, seed, loadProcesses } = options;
  const measured = trials.filter(({ transport, metrics }) => metrics && inPage(transport));
  const chosen = scenarios.filter(({ plan }) => whyNotBeside(plan) === undefined);
  const [first] = measured;
  if (!browser || !first || chosen.length === 0 || neverStarted(state.results)) return;
  const transports = options.transports
    .filter(({ name }) => measured.some(({ transport }) => transport === name))
    .map((transport) => refOf(transport, options.modules, options.runtime?.name));
  try {
    const { product, all } = await besideLoad(
      { browser, transports, scenarios: chosen, loadProcesses, seed, fleet: options.fleet },
      signal,
      (transport, scenario) =>
        tell(state, "in a browser", {
          transport,
          scenario,
          block: first.block,
          ...(launch ? { launch } : {}),
        }),
    );
    const found = (trial: Trial) =>
      all.find(
        (one) =>
          trials.includes(trial) && one.transport === trial.transport && one.scenario === trial.scenario,
      )?.outcome;
    state.results = {
      ...state.results,
      browser: {
        ...known(state.results, browser.connections),
        product,
      },
      trials: state.results.trials.map((trial) => {
        const outcome = found(trial);
        if (!outcome || typeof outcome === "string" || !trial.metrics) return trial;
        return { ...trial, metrics: { ...trial.metrics, browser: outcome } };
      }),
    };
    for (const { transport, scenario, outcome } of all)
      if (typeof outcome === "string")
        note(state, browser.connections, { transport, scenario, reason: outcome });
  } catch (error) {
    signal.throwIfAborted();
    note(state, browser.connections, { reason: LabError.from(error).message });
  }
  await events.onResults(state.results);
}

/** A browser that did not start once is not tried again. */
function neverStarted({ browser }: Results): boolean {
  return browser?.notMeasured.some(({ transport, scenario }) => !transport && !scenario) ?? false;
}

function known({ browser }: Results, connections: number): BrowserOfRun {
  return browser ?? { connections, notMeasured: [] };
}

/** The same trouble is noted once. */
function note(state: RunState, connections: number, one: BrowserOfRun["notMeasured"][number]): void {
  const browser = known(state.results, connections);
  const isKnown = browser.notMeasured.some(
    ({ transport, scenario, reason }) =>
      transport === one.transport && scenario === one.scenario && reason === one.reason,
  );
  if (isKnown) return;
  state.results = {
    ...state.results,
    browser: { ...browser, notMeasured: [...browser.notMeasured, one] },
  };
}
