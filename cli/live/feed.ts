import type { Trial } from "../../harness/result/result.ts";
import type { Progress } from "../../harness/run/run.ts";
import { cellOf, observed } from "../../reports/model/cell.ts";
import { lookOf, shownOf } from "../../reports/model/looks.ts";
import { knownFacts } from "../output/transport-facts.ts";
import type { LiveEvent, LiveProgress, LiveState, LiveTrial } from "./messages.ts";

/** A page that opens late gets no more trials than these; the report has all. */
const KEPT_TRIALS = 2_000;

/** The state of a run with nothing done yet. */
export function newState(command: string, transports: readonly string[]): LiveState {
  const shown = shownOf(transports, { transportFacts: knownFacts(transports) });
  const looks = transports.map((name) => {
    const { color, marker, hollow } = lookOf(name, shown);
    return { name, color, marker, hollow };
  });
  return { command, transports: looks, progress: null, first: 0, trials: [], end: null };
}

export function stateAfter(state: LiveState, event: LiveEvent): LiveState {
  if (event.kind === "progress") return { ...state, progress: event.progress };
  if (event.kind === "end") return { ...state, end: event.end };
  const trials = [...state.trials, event.trial].slice(-KEPT_TRIALS);
  return { ...state, trials, first: event.number + 1 - trials.length };
}

/** The same figures as in the reports, by the same rules. */
export function liveTrial(trial: Trial): LiveTrial {
  const cell = cellOf(trial.transport, [trial], () => undefined);
  const value = (key: "deliveryP50" | "deliveryP99" | "cpu") => observed(cell, key)?.value ?? null;
  return {
    transport: trial.transport,
    scenario: trial.scenario,
    block: trial.block + 1,
    state: trial.state,
    reason: trial.reason ?? null,
    p50: value("deliveryP50"),
    p99: value("deliveryP99"),
    cpu: value("cpu"),
  };
}

export function liveProgress({ trial: _, launch: __, block, ...rest }: Progress): LiveProgress {
  return { ...rest, block: block + 1 };
}
