import type { TransportEntry } from "../../transports/port/entry.ts";
import type { BrowserChoice } from "../browser/beside.ts";
import type { Fitting } from "../launch/fitting.ts";
import type { Until } from "../launch/until.ts";
import type { Environment, Results, Trial } from "../result/result.ts";
import type { Fleet } from "../service/fleet.ts";
import type { Stage } from "../trial/phases.ts";
import type { LoadSite } from "../trial/site.ts";
import type { Preparation, PreparationCache, Prepared } from "./preparation.ts";
import type { ReadyScenario } from "./queue.ts";

export interface RunOptions {
  readonly transports: readonly TransportEntry[];
  readonly scenarios: readonly ReadyScenario[];
  readonly blocks: number;
  /** Blocks are launches of interleaved slices where a scenario can be sliced; else every trial is in one piece. */
  readonly interleave?: boolean;
  /** In how many groups, one after the other, a launch's transports are, where the memory has no room for all; default 1. */
  readonly groups?: number;
  /** Where the launches end when they say enough; `blocks` are then the most of them. */
  readonly until?: Until;
  /** Where there are as many launches as fit into a time, all scenarios being sliced; `blocks` are then the most of them. */
  readonly fitting?: Fitting;
  /** Sliced into each launch beside the transports, and not compared with them: another run is compared in its units. */
  readonly control?: TransportEntry;
  /** Another build, whose processes run every transport once more in the same launches. */
  readonly against?: OtherBuild;
  /** A page of this browser is once more beside each transport's load, after a launch or a trial that can be sliced. */
  readonly browser?: BrowserChoice;
  /** What runs the server processes, but for that of the control; default Node.js. */
  readonly runtime?: NonNullable<Environment["serverRuntime"]>;
  readonly seed: number;
  /** What earlier runs found of the transports before they measured. */
  readonly cache?: PreparationCache;
  /** Without bytes and journeys: for experiments whose trials alone are looked at. */
  readonly conformanceOnly?: true;
  readonly loadProcesses: number;
  /** Who runs the load processes of trials in one piece; default this process. */
  readonly agents?: LoadSite & { readonly size: number };
  /** Whether an invalid trial in one piece is run once more; default true. */
  readonly retry?: boolean;
  readonly preset: Results["preset"];
  readonly loop: Results["loop"];
  readonly arrivals: Results["arrivals"];
  readonly link?: Results["link"];
  readonly cluster?: Results["cluster"];
  /** Where transports that are not the lab's own are from: file URLs by name. */
  readonly modules?: ReadonlyMap<string, string>;
  /** The command line that does it again. */
  readonly command: string;
  /** Keeps who watches the run informed of its servers, which then count for it. */
  readonly fleet?: Fleet;
  /** A run to go on with: its trials are kept, failed ones are tried again. It must be of the same plan. */
  readonly resumed?: Results;
}

/** A build of notif-lab beside this one, that speaks the same protocol. */
export interface OtherBuild {
  /** Its package's folder. */
  readonly root: string;
  readonly version: string;
}

export interface RunEvents {
  /** The other build's results, after every launch; awaited as well. */
  readonly onAgainst?: (results: Results) => Promise<void>;
  /** After every trial, with all so far; it is awaited, so that nothing is lost when the next one is interrupted. */
  readonly onResults: (results: Results) => Promise<void>;
  readonly onProgress: (progress: Progress) => void;
}

export interface Progress {
  readonly stage: "checking" | "dissecting" | "weighing" | Stage | "in a browser" | "done";
  readonly transport: string;
  readonly scenario: string;
  readonly block: number;
  /** Where `block` is a launch: how many there are, and how much of its work is done, 0 to 1. */
  readonly launch?: { readonly of: number; readonly done: number };
  /** Trials finished and in all. */
  readonly finished: number;
  readonly total: number;
  /** An estimate: from the plans at first, then from what has run. */
  readonly secondsLeft: number;
  /** The trial that has just ended; with the stage `done`. Those of a launch end together. */
  readonly trial?: Trial;
}

/** What the parts of a run share. */
export interface RunState {
  readonly options: RunOptions;
  readonly events: RunEvents;
  readonly signal: AbortSignal;
  readonly preparation: Preparation;
  results: Results;
  /** Of the other build, where there is one. */
  against?: Results;
  /** Trials that are over, and all. */
  finished: number;
  total: number;
  secondsLeft: number;
}

/** Tells those who look on where the run is. */
export function tell(
  { events, finished, total, secondsLeft }: RunState,
  stage: Progress["stage"],
  where: Pick<Progress, "transport" | "scenario" | "block" | "trial" | "launch">,
): void {
  events.onProgress({ stage, finished, total, secondsLeft, ...where });
}

/** Writes down how often the servers were asked for metrics up to now, in a run that is watched. */
export function countScrapes(state: RunState): void {
  const { results, options } = state;
  if (!options.fleet) return;
  const scrapes = (options.resumed?.environment.scrapes ?? 0) + options.fleet.scrapes;
  state.results = { ...results, environment: { ...results.environment, scrapes } };
}

/** What was found of a transport before it is measured. */
export function addFound(state: RunState, { anatomies, journeys }: Omit<Prepared, "objection">): void {
  const { results } = state;
  state.results = {
    ...results,
    anatomies: [...results.anatomies, ...anatomies],
    ...(journeys.length > 0 ? { journeys: [...(results.journeys ?? []), ...journeys] } : {}),
  };
}

/** What the transport's client library costs; measured in a rigorous run alone, since it takes seconds. */
export async function addClientCost(state: RunState, transport: TransportEntry): Promise<void> {
  const { preparation, options } = state;
  if (options.preset !== "rigorous") return;
  const cost = await preparation.clientCost(state.results, transport);
  if (!cost) return;
  const { results } = state;
  state.results = { ...results, clientCosts: [...(results.clientCosts ?? []), cost] };
}

/** The control's trials of a launch; they are told with the launch's own. */
export function addControl(state: RunState, transport: string, trials: readonly Trial[]): void {
  const { results } = state;
  state.results = {
    ...results,
    control: { transport, trials: [...(results.control?.trials ?? []), ...trials] },
  };
}

/** Trials that are over, with the plans that they ran. */
export async function addTrials(
  state: RunState,
  trials: readonly Trial[],
  plans: Results["plans"],
): Promise<void> {
  const { results, events } = state;
  state.results = {
    ...results,
    plans: { ...results.plans, ...plans },
    trials: [...results.trials, ...trials],
  };
  countScrapes(state);
  await events.onResults(state.results);
  for (const trial of trials) {
    state.finished += 1;
    tell(state, "done", { transport: trial.transport, scenario: trial.scenario, block: trial.block, trial });
  }
}
