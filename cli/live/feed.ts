import type { Trial } from "../../harness/result.ts";
import type { Progress } from "../../harness/run.ts";
import { cellOf, observed } from "../../reports/cell.ts";
import { isFloor, lookOf } from "../../reports/wires.ts";

/** One finished trial as the page shows it; microseconds. Null where the reports would give no figure either. */
export interface LiveTrial {
  readonly transport: string;
  readonly scenario: string;
  /** From 1. */
  readonly block: number;
  readonly state: Trial["state"];
  readonly reason: string | null;
  readonly p50: number | null;
  readonly p99: number | null;
  readonly cpu: number | null;
}

/** Where the run is. `at` and `secondsLeft` let the page count down by itself. */
export interface LiveProgress {
  readonly stage: Progress["stage"];
  readonly transport: string;
  readonly scenario: string;
  readonly block: number;
  readonly finished: number;
  readonly total: number;
  readonly secondsLeft: number;
}

/** How the run ended, and where its files are. */
export interface LiveEnd {
  readonly finished: boolean;
  readonly report: string;
  readonly results: string;
}

/** All that a page needs which opens now. */
export interface LiveState {
  readonly command: string;
  readonly wires: readonly {
    readonly name: string;
    readonly color: string;
    readonly marker: string;
    readonly hollow: boolean;
    readonly isFloor: boolean;
  }[];
  readonly progress: LiveProgress | null;
  /** The number of the first of `trials`: a long run keeps its last ones only. */
  readonly first: number;
  readonly trials: readonly LiveTrial[];
  readonly end: LiveEnd | null;
}

/** What is sent while the run goes on; a trial with its number, so that one that comes twice does no harm. */
export type LiveEvent =
  | { readonly kind: "progress"; readonly progress: LiveProgress }
  | { readonly kind: "trial"; readonly number: number; readonly trial: LiveTrial }
  | { readonly kind: "end"; readonly end: LiveEnd };

/** A page that opens late gets no more trials than these; the report has all. */
const KEPT_TRIALS = 2_000;

/** The state of a run with nothing done yet. */
export function newState(command: string, transports: readonly string[]): LiveState {
  const wires = transports.map((name) => {
    const { color, marker, hollow } = lookOf(name, transports);
    return { name, color, marker, hollow, isFloor: isFloor(name) };
  });
  return { command, wires, progress: null, first: 0, trials: [], end: null };
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

export function liveProgress({ trial: _, block, ...rest }: Progress): LiveProgress {
  return { ...rest, block: block + 1 };
}
