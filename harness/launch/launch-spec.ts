import { LabError } from "../../core/errors.ts";
import { seedOf } from "../../core/random.ts";
import type { Plan } from "../../scenarios/plan.ts";
import type { TransportRef } from "../run/transports.ts";
import type { Fleet } from "../service/fleet.ts";
import type { LoadSite } from "../trial/site.ts";

/** What starting, connecting and warming up take, as a share of the launch; the rest are slices. */
export const SET_UP = 0.4;

/** What one launch is of. */
export interface LaunchSpec {
  /** Counted from 0. */
  readonly launch: number;
  readonly transports: readonly TransportRef[];
  /** The last of them is the run's control, which is compared with none of the others. */
  readonly hasControl?: boolean;
  readonly scenarios: readonly LaunchScenario[];
  /** Of the run: orders are drawn over all its launches. */
  readonly seed: number;
  readonly loadProcesses: number;
  /** `note` is a quick run's, which is not warmed up for long either. */
  readonly gates: "void" | "note";
  /** Of a run that is watched. */
  readonly fleet?: Fleet | undefined;
  /** Who runs the load processes, and is told all slices beforehand; default this process. */
  readonly agents?: LoadSite | undefined;
}

/** A scenario with the plan that this launch has of it. */
export interface LaunchScenario {
  readonly name: string;
  readonly plan: Plan;
  readonly params: Readonly<Record<string, number>>;
}

/** Where a launch is. */
export interface LaunchMoment {
  readonly stage: "starting" | "connecting" | "warming up" | "measuring";
  readonly transport: string;
  readonly scenario: string;
  /** Of the launch's work, 0 to 1. */
  readonly done: number;
}

/** A slice that is to be measured, and how often it was tried. */
export interface Turn {
  readonly transport: string;
  readonly scenario: number;
  readonly round: number;
  readonly attempt: number;
}

/** Of the traffic of a turn: the same for all transports. */
export function sliceSeed({ scenarios }: LaunchSpec, { scenario, round }: Turn): number {
  return seedOf(planOf(scenarios, scenario).seed, "slice", round);
}

/** Throws `internal` where there is no such scenario. */
export function planOf(scenarios: readonly LaunchScenario[], scenario: number): Plan {
  const plan = scenarios[scenario]?.plan;
  if (!plan) throw new LabError("internal", "a slice of a scenario that there is not");
  return plan;
}
