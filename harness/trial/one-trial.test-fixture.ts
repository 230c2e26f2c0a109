import type { Plan } from "../../scenarios/plan.ts";
import type { TransportRef } from "../run/transports.ts";
import { runTrial, type TrialSpec } from "./trial.ts";

/** One trial of a plan by one load process, in which what is odd is only noted. */
export const specOf = (plan: Plan, transport: TransportRef, params: TrialSpec["params"] = {}): TrialSpec => ({
  transport,
  scenario: plan.scenario,
  block: 0,
  attempt: 1,
  plan,
  params,
  loadProcesses: 1,
  gates: "note",
});

/** Runs it to its end. */
export const runOne = (spec: TrialSpec) => runTrial(spec, new AbortController().signal, () => undefined);
