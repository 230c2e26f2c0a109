import { LabError } from "../../core/errors.ts";
import { hasOwnEngines } from "../../scenarios/cluster.ts";
import type { Plan } from "../../scenarios/plan.ts";
import { present } from "../result/present.ts";
import type { Trial } from "../result/result.ts";
import { loadTransport, type TransportRef } from "../run/transports.ts";
import type { Fleet } from "../service/fleet.ts";
import { hashPlan } from "./hash-plan.ts";
import { computeMetrics } from "./metrics.ts";
import { runPhases, type Stage, type TrialHooks } from "./phases.ts";
import type { LoadSite } from "./site.ts";
import { TrialProcesses } from "./trial-processes.ts";
import { validityOf } from "./validity.ts";

/** What one trial is of. */
export interface TrialSpec {
  readonly transport: TransportRef;
  readonly scenario: string;
  readonly block: number;
  /** 2 when an invalid trial is run once more. */
  readonly attempt: number;
  readonly plan: Plan;
  readonly params: Readonly<Record<string, number>>;
  readonly loadProcesses: number;
  /** Who runs the load processes; default this process. */
  readonly agents?: LoadSite | undefined;
  /** Whether a late generator or a busy machine voids the trial, or is only noted because nothing is ranked by it. */
  readonly gates: "void" | "note";
  readonly hooks?: TrialHooks;
  /** Of a run that is watched. */
  readonly fleet?: Fleet | undefined;
}

/**
 * Runs one trial in fresh processes, which are gone when it settles. Never rejects for what happens in a trial: that is its
 * state and reason. Rejects with the signal's reason when aborted.
 */
export async function runTrial(
  spec: TrialSpec,
  signal: AbortSignal,
  onStage: (stage: Stage) => void,
): Promise<Trial> {
  signal.throwIfAborted();
  const { plan, transport, loadProcesses, hooks, fleet } = spec;
  const scrapesBefore = fleet?.scrapes ?? 0;
  const began = performance.now();
  const identity = {
    transport: transport.name,
    scenario: spec.scenario,
    block: spec.block,
    attempt: spec.attempt,
    planHash: hashPlan(plan),
    params: { ...spec.params },
    seed: plan.seed,
    startedAt: new Date().toISOString(),
  };
  const seconds = () => Math.round(performance.now() - began) / 1_000;
  const ownEngines = plan.cluster !== undefined && hasOwnEngines(plan.cluster);
  const failed = (error: unknown): Trial => ({
    ...identity,
    state: "failed",
    reason: LabError.from(error).message,
    notes: [],
    seconds: seconds(),
  });
  const { pollEveryMs, external = false, native = false } = await loadTransport(transport);
  try {
    await spec.agents?.begin();
    await spec.agents?.placing?.pin();
  } catch (error) {
    signal.throwIfAborted();
    return failed(error);
  }
  const processes = new TrialProcesses(transport.name, {
    ...present({ runtime: transport.runtime }),
    among: ownEngines || external,
    agents: spec.agents,
    fleet,
    scenario: plan.scenario,
  });
  let onAbort = () => undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => void reject(signal.reason);
  });
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    const observed = runPhases(processes, plan, transport, loadProcesses, onStage, hooks);
    const metrics = computeMetrics(await Promise.race([observed, aborted, processes.died]));
    const wayMs = plan.link ? 2 * (plan.link.delayMs + plan.link.jitterMs) : 0;
    const circumstances = {
      ...{ loop: plan.loop, gates: spec.gates, ownEngines, external, native },
      ...{ pollEveryMs, wayMs },
    };
    const { state, reason, notes } = validityOf(metrics, circumstances);
    return {
      ...identity,
      state,
      ...(reason === undefined ? {} : { reason }),
      notes: [...notes, ...scraped((fleet?.scrapes ?? 0) - scrapesBefore)],
      seconds: seconds(),
      metrics,
    };
  } catch (error) {
    signal.throwIfAborted();
    return failed(error);
  } finally {
    signal.removeEventListener("abort", onAbort);
    await processes.stop();
  }
}

function scraped(times: number): string[] {
  if (times === 0) return [];
  return [
    `the servers were asked for their metrics ${times} times, which took CPU of theirs that is measured`,
  ];
}
