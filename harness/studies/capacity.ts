import { cpus } from "node:os";
import { HOST_LIMITS, hostDisturbance } from "../result/host-disturbance.ts";
import type { Metrics, Trial } from "../result/result.ts";
import type { Latency } from "../result/schema/latency.ts";
import { planSeed } from "../run/queue.ts";
import { brokenClock, hasBacklog, LIMITS } from "../trial/validity.ts";
import { type Bounds, type Capacity, CapacitySearch } from "./capacity-search.ts";

/** One trial of a search, as it goes into the results. */
export interface CapacityTrial {
  readonly load: number;
  readonly seed: number;
  readonly outcome: "held" | "broke" | "void";
  /** What did not hold, in words; empty when all did. */
  readonly because: string;
}

/** What was at its end when a load did not hold. */
interface Limit {
  readonly by: (typeof LIMITED_BY)[number];
  readonly words: string;
}

export const LIMITED_BY = ["server", "generator", "slow readers", "machine", "latency", "failure"] as const;

export interface CapacityFinding extends Capacity {
  /** What gave out at the load that broke, in most of its trials, in words. */
  readonly limit: string | undefined;
  /** The same for programs. By the generator it is no limit of the transport's, which may carry more. */
  readonly limitedBy: Limit["by"] | undefined;
  /** Why the search ended before it was done: the machine spoiled too many trials. */
  readonly stopped: string | undefined;
  readonly trials: readonly CapacityTrial[];
}

const VOID_AT_MOST = 5;

export interface CapacityStudy {
  readonly bounds: Bounds;
  /** Runs a trial in fresh processes. */
  readonly measure: (load: number, seed: number) => Promise<Trial>;
  /** The terms of the service level that a trial does not meet, in words. */
  readonly unmet: (metrics: Metrics) => readonly string[];
  /** Events wait so long for their subscribers to ask. */
  readonly pollEveryMs?: number | undefined;
  readonly seed: number;
  readonly onTrial: (trial: CapacityTrial) => void;
}

/** Finds the highest load that meets a service level. Rejects as `measure` does; says when the machine was too busy to tell. */
export async function findCapacity(study: CapacityStudy): Promise<CapacityFinding> {
  const search = new CapacitySearch(study.bounds);
  const trials: CapacityTrial[] = [];
  const limits = new Map<number, Limit[]>();
  let stopped: string | undefined;
  for (let load = search.next(); load !== undefined && stopped === undefined; load = search.next()) {
    const seed = planSeed(study.seed, trials.length);
    const trial = await study.measure(load, seed);
    const { outcome, because, limit } = outcomeOf(trial, study);
    trials.push({ load, seed, outcome, because });
    study.onTrial({ load, seed, outcome, because });
    if (outcome !== "void") search.tell(load, outcome === "held");
    else if (trials.filter((one) => one.outcome === "void").length > VOID_AT_MOST) stopped = because;
    if (limit) limits.set(load, [...(limits.get(load) ?? []), limit]);
  }
  const capacity = search.result();
  const limit = capacity.breaks === undefined ? undefined : mostFrequent(limits.get(capacity.breaks) ?? []);
  return {
    ...capacity,
    confirmed: capacity.confirmed && stopped === undefined,
    limit: limit?.words,
    limitedBy: limit?.by,
    stopped,
    trials,
  };
}

function outcomeOf(
  { state, reason = "", metrics }: Trial,
  { unmet, pollEveryMs }: Pick<CapacityStudy, "unmet" | "pollEveryMs">,
): Pick<CapacityTrial, "outcome" | "because"> & { readonly limit?: Limit } {
  // It never came to measure, for a reason that is not the transport's.
  if (!metrics && state === "invalid") return { outcome: "void", because: reason };
  if (!metrics) return { outcome: "broke", because: reason, limit: { by: "failure", words: reason } };
  if (brokenClock(metrics) !== undefined) return { outcome: "void", because: reason };
  const limit = limitOf(metrics);
  if (state === "saturated") return { outcome: "broke", because: reason, limit };
  const terms = unmetByClocks(metrics, unmet);
  if (terms === "undecided")
    return { outcome: "void", because: `the clocks are not known well enough to tell: ${boundOf(metrics)}` };
  const behind = hasBacklog(metrics, { pollEveryMs }) || metrics.achievedShare < LIMITS.achieved;
  // What holds although the generator was late or the machine busy holds all the more without: latency counts from the due time.
  if (terms.length === 0 && !behind) return { outcome: "held", because: "" };
  const because = terms.join("; ") || reason;
  // What breaks while other programs run may be their doing.
  const others = othersDisturbance(metrics);
  return others === undefined
    ? { outcome: "broke", because, limit }
    : { outcome: "void", because: `${because}, but ${others}` };
}

const boundOf = ({ agents }: Metrics) => `+- ${Math.round(agents?.latencyBoundUs ?? 0)} us`;

/** With agents a latency is off by the bound of their clocks at most: what is met, or not, at both ends of that is so. */
function unmetByClocks(metrics: Metrics, unmet: CapacityStudy["unmet"]): readonly string[] | "undecided" {
  const boundUs = metrics.agents?.latencyBoundUs ?? 0;
  if (boundUs === 0) return unmet(metrics);
  if (unmet(movedBy(metrics, boundUs)).length === 0) return [];
  return unmet(movedBy(metrics, -boundUs)).length > 0 ? unmet(movedBy(metrics, 0)) : "undecided";
}

/** As it would be if every latency from one machine to another were so much longer, and known exactly. */
function movedBy(metrics: Metrics, byUs: number): Metrics {
  const { agents, deliveryLatencyUs, serviceLatencyUs } = metrics;
  const moved = (latency: Latency): Latency => {
    const to = (us: number) => Math.max(0, us + byUs);
    const { min, mean, p50, p90, p99, p999, max } = latency;
    return {
      ...latency,
      ...{ min: to(min), mean: to(mean), p50: to(p50), p90: to(p90) },
      ...{ p99: to(p99), p999: to(p999), max: to(max) },
    };
  };
  return {
    ...metrics,
    ...(agents && { agents: { ...agents, latencyBoundUs: 0 } }),
    ...(deliveryLatencyUs && { deliveryLatencyUs: moved(deliveryLatencyUs) }),
    ...(serviceLatencyUs && { serviceLatencyUs: moved(serviceLatencyUs) }),
  };
}

function isGenerator({ achievedShare, processes, deliveryLatencyUs, serviceLatencyUs }: Metrics): boolean {
  const loads = processes.filter(({ role }) => role === "load");
  const ownUs = (deliveryLatencyUs?.p99 ?? 0) - (serviceLatencyUs?.p99 ?? 0);
  if (ownUs > (deliveryLatencyUs?.p99 ?? 0) / 2) return true;
  // Sinks delay no latency: they are the limit only where they can't read any more.
  return (
    achievedShare < LIMITS.achieved ||
    loads.some(
      ({ part, loopUtilization = 0 }) =>
        loopUtilization > (part === "sinks" ? LIMITS.loadSaturated : LIMITS.loadBusy),
    )
  );
}

/** What disturbed a trial and was not the load's own doing: its processes wait for CPUs too when there is too much of it. */
function othersDisturbance({ host, agents }: Metrics): string | undefined {
  const elsewhere = (agents?.each ?? []).flatMap(({ name, cores, otherCpus, steal }) => {
    const disturbance =
      otherCpus === undefined ? undefined : hostDisturbance({ host: { otherCpus, steal } }, cores);
    return disturbance === undefined ? [] : [`on the machine of agent ${name} ${disturbance}`];
  });
  return hostDisturbance({ host: { ...host, cpuPressure: 0 } }, cpus().length) ?? elsewhere[0];
}

function limitOf(metrics: Metrics): Limit {
  const { serverLoopUtilization = 0, slowDisconnects = 0, dropped = 0, host } = metrics;
  const percent = (share: number) => `${Math.round(share * 100)} %`;
  const busy = percent(serverLoopUtilization);
  if (serverLoopUtilization > LIMITS.serverSaturated)
    return { by: "server", words: `the server's event loop, ${busy} busy` };
  if (isGenerator(metrics)) {
    const remedy = metrics.agents ? "take more agents" : "take a machine with more cores";
    const words = `the load generator, so the transport may carry more: ${remedy}`;
    return { by: "generator", words };
  }
  if (slowDisconnects + dropped > 0)
    return { by: "slow readers", words: "what the server holds for slow readers" };
  const waiting = host.cpuPressure ?? 0;
  if (waiting > HOST_LIMITS.cpuPressure)
    return {
      by: "machine",
      words: `the machine's CPUs: tasks waited for one ${percent(waiting)} of the time`,
    };
  return { by: "latency", words: `latency alone: the server's event loop was ${busy} busy` };
}

function mostFrequent(limits: readonly Limit[]): Limit | undefined {
  const times = ({ by }: Limit) => limits.filter((one) => one.by === by).length;
  return [...limits].sort((a, b) => times(b) - times(a))[0];
}
