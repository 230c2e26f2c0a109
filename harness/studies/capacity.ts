import { LabError } from "../../core/errors.ts";
import { backlogSeconds, hostFault, LIMITS } from "../judge.ts";
import type { Metrics, Trial } from "../result.ts";
import { type Bounds, type Capacity, CapacitySearch } from "./capacity-search.ts";

/** One trial of a search, as it goes into the results. */
export interface CapacityTrial {
  readonly load: number;
  readonly seed: number;
  readonly outcome: "held" | "broke" | "void";
  /** What did not hold, in words; empty when all did. */
  readonly because: string;
}

export interface CapacityFinding extends Capacity {
  /** What gave out at the loads that broke. */
  readonly limit: string | undefined;
  readonly trials: readonly CapacityTrial[];
}

const VOID_AT_MOST = 5;

export interface CapacityStudy {
  readonly bounds: Bounds;
  /** Runs a trial in fresh processes. */
  readonly measure: (load: number, seed: number) => Promise<Trial>;
  /** The terms of the service level that a trial does not meet, in words. */
  readonly unmet: (metrics: Metrics) => readonly string[];
  readonly seed: number;
  readonly onTrial: (trial: CapacityTrial) => void;
}

/** Finds the highest load that meets a service level. Rejects as `measure` does, and when the machine is too busy to tell. */
export async function findCapacity(study: CapacityStudy): Promise<CapacityFinding> {
  const search = new CapacitySearch(study.bounds);
  const trials: CapacityTrial[] = [];
  const limits = new Map<number, string>();
  for (let load = search.next(); load !== undefined; load = search.next()) {
    const seed = study.seed + trials.length;
    const trial = await study.measure(load, seed);
    const { outcome, because, limit } = judgeTrial(trial, study.unmet);
    trials.push({ load, seed, outcome, because });
    study.onTrial({ load, seed, outcome, because });
    if (outcome !== "void") search.tell(load, outcome === "held");
    else if (trials.filter((one) => one.outcome === "void").length > VOID_AT_MOST)
      throw new LabError("internal", `too many trials are void: ${because}`);
    if (limit !== undefined) limits.set(load, limit);
  }
  const capacity = search.result();
  return {
    ...capacity,
    limit: capacity.breaks === undefined ? undefined : limits.get(capacity.breaks),
    trials,
  };
}

function judgeTrial(
  { state, reason = "", metrics }: Trial,
  unmet: CapacityStudy["unmet"],
): Pick<CapacityTrial, "outcome" | "because"> & { readonly limit?: string } {
  if (!metrics) return { outcome: "broke", because: reason, limit: reason };
  const limit = limitOf(metrics);
  if (state === "saturated") return { outcome: "broke", because: reason, limit };
  const terms = unmet(metrics);
  const behind = backlogSeconds(metrics) > LIMITS.backlogSeconds || metrics.achievedShare < LIMITS.achieved;
  // What holds although the generator was late or the machine busy holds all the more without: latency counts from the due time.
  if (terms.length === 0 && !behind) return { outcome: "held", because: "" };
  const because = terms.join("; ") || reason;
  // What breaks while other programs run may be their doing.
  return hostFault(metrics) === undefined
    ? { outcome: "broke", because, limit }
    : { outcome: "void", because: `${because}, but ${hostFault(metrics)}` };
}

function isGenerator({ achievedShare, processes, deliveryLatencyUs, serviceLatencyUs }: Metrics): boolean {
  const loads = processes.filter(({ role }) => role === "load");
  const ownUs = (deliveryLatencyUs?.p99 ?? 0) - (serviceLatencyUs?.p99 ?? 0);
  if (ownUs > (deliveryLatencyUs?.p99 ?? 0) / 2) return true;
  return achievedShare < LIMITS.achieved || loads.some((one) => one.loopUtilization > LIMITS.loadBusy);
}

/** What was at its end when a load did not hold. */
function limitOf(metrics: Metrics): string {
  const { serverLoopUtilization: loop, slowDisconnects, dropped } = metrics;
  if (loop > LIMITS.serverSaturated) return `the server's event loop, ${Math.round(loop * 100)} % busy`;
  if (isGenerator(metrics))
    return "the load generator, so the wire may carry more: take a machine with more cores";
  if (slowDisconnects + dropped > 0) return "what the server holds for slow readers";
  return `latency alone: the server's event loop was ${Math.round(loop * 100)} % busy`;
}
