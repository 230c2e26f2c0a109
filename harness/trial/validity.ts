import { cpus } from "node:os";
import { hostDisturbance } from "../result/host-disturbance.ts";
import type { Metrics } from "../result/result.ts";
import type { AgentFigures } from "../result/schema/agents.ts";
import { loadBusy, relief, sinksBusy } from "./busy.ts";
import { carried } from "./carried.ts";
import { type Circumstances, notesOf } from "./notes.ts";
import { fullness, isFull } from "./shared-link.ts";
import { timeText } from "./time-text.ts";

export interface Validity {
  readonly state: "completed" | "saturated" | "invalid";
  readonly reason?: string;
  readonly notes: string[];
}

/** The limits of the gates; docs/method.md gives the reason of each. */
export const LIMITS = {
  /** Share of the offered rate that was really sent. */
  achieved: 0.999,
  /** Event loop of a load process: above, it delays what it measures. */
  loadBusy: 0.7,
  /** Above, even a server in trouble can't be told apart from a generator in trouble. */
  loadSaturated: 0.95,
  /** Below, a load process that is late was kept from its CPU: more of them would not help. */
  loadIdle: 0.5,
  serverSaturated: 0.9,
  /** The part of the median delivery latency that is the generator's own lag, relative and at least in microseconds. */
  generatorShare: 0.1,
  generatorUs: 200,
  /** Deliveries that were still on their way when the measured time was over, in seconds' worth of them. */
  backlogSeconds: 0.5,
  /** The same in slices, which are too short for half a second's worth to pile up, as a share of the measured time. */
  backlogShare: 0.1,
} as const;

const percent = (share: number) => `${Math.round(share * 100)} %`;

/**
 * Whether the figures of a trial may be used, and what was in the way: `invalid` when the load generator or the machine failed, so that
 * the figures say nothing about the transport; `saturated` when the server, or the pipe that all clients share, could not carry the load, which is a
 * finding.
 */
export function validityOf(metrics: Metrics, circumstances: Circumstances): Validity {
  const notes = notesOf(metrics, circumstances);
  const broken = brokenClock(metrics);
  if (broken) return { state: "invalid", reason: broken, notes };
  // What was not offered the server can't be blamed for.
  const slow = circumstances.loop === "open" ? tooSlow(metrics) : undefined;
  // Where the plan itself breaks things, losses are what is looked at.
  const broke = (metrics.faults ?? []).length > 0;
  const behind = isBehind(metrics, circumstances);
  const overloaded =
    slow || broke || !behind ? undefined : (serverOverload(metrics, circumstances) ?? linkOverload(metrics));
  if (overloaded) return { state: "saturated", reason: overloaded, notes };
  const host = circumstances.ownEngines || circumstances.external ? withoutOthers(metrics) : metrics;
  const reasons = [
    slow && `${slow}${remedy(metrics)}`,
    circumstances.loop === "open" ? generatorLag(metrics) : undefined,
    broke ? undefined : busyGenerator(metrics, circumstances),
    hostDisturbance(circumstances.sliced ? withoutPressure(host) : host, cpus().length),
  ].filter((reason) => reason !== undefined);
  const [reason] = reasons;
  if (!reason || circumstances.gates === "note") return { state: "completed", notes: [...notes, ...reasons] };
  return { state: "invalid", reason, notes };
}

/** Latencies below zero: no figure of such a trial is to be trusted, unless clocks of several machines are known no better. */
export function brokenClock({
  deliveryLatencyUs,
  serviceLatencyUs,
  publishLatencyUs,
  receiptLatencyUs,
  agents,
}: Metrics) {
  if (agents && agents.latencyBoundUs > 0) return brokenBound(agents);
  const kinds = [deliveryLatencyUs, serviceLatencyUs, publishLatencyUs, receiptLatencyUs];
  const negative = kinds.reduce((sum, latency) => sum + (latency?.negative ?? 0), 0);
  return negative > 0 ? `${negative} latencies were negative: the clock can't be trusted here` : undefined;
}

function brokenBound({ negative, lowestUs = 0, latencyBoundUs }: AgentFigures): string | undefined {
  if (-lowestUs <= latencyBoundUs) return undefined;
  return `${negative} latencies were negative, down to ${lowestUs.toFixed(0)} us, though the clocks were taken to be known to +- ${latencyBoundUs.toFixed(0)} us: they can't be trusted here`;
}

/** It is the server that has no time left or pushes back. */
function serverOverload(metrics: Metrics, { external, native }: Circumstances): string | undefined {
  const { slowDisconnects = 0, dropped = 0, publishFailures, serverLoopUtilization = 0 } = metrics;
  if (external)
    return Math.max(loadBusy(metrics), sinksBusy(metrics)) > LIMITS.loadBusy
      ? undefined
      : `the service carried ${carried(metrics)}; whether its server or the network between was in the way can't be seen from outside`;
  // A process beside the server's has no event loop that could be asked.
  const cpus = native ? serverCpus(metrics) : 0;
  const busy = Math.max(serverLoopUtilization, cpus) > LIMITS.serverSaturated;
  const pushedBack = slowDisconnects + dropped + (publishFailures.timeout ?? 0) > 0;
  if (!(busy || pushedBack) || generatorSaturated(metrics)) return undefined;
  const how = native
    ? `it used ${percent(cpus)} of a CPU`
    : `its event loop was busy ${percent(serverLoopUtilization)} of the time`;
  const pushed = [
    slowDisconnects > 0 && `it cut off ${slowDisconnects} subscribers that read too slowly`,
    dropped > 0 && `it dropped ${dropped} events`,
    (publishFailures.timeout ?? 0) > 0 && `${publishFailures.timeout} publishes had no answer in time`,
  ].filter((part) => part !== false);
  return `the server carried ${carried(metrics)}; ${[...pushed, how].join(", ")}`;
}

function serverCpus({ serverCpuUsPerDelivery = 0, delivered, measuredSeconds }: Metrics): number {
  return (serverCpuUsPerDelivery * delivered) / 1_000_000 / measuredSeconds;
}

/** The bytes on the wire fill the pipe that all clients share. */
function linkOverload(metrics: Metrics): string | undefined {
  const { sharedLink } = metrics;
  if (!sharedLink || !isFull(sharedLink) || generatorSaturated(metrics)) return undefined;
  return `the shared link carried ${carried(metrics)}; it was ${fullness(sharedLink)}`;
}

function generatorSaturated(metrics: Metrics): boolean {
  return Math.max(loadBusy(metrics), sinksBusy(metrics)) > LIMITS.loadSaturated;
}

/** Deliveries are missing or pile up. */
function isBehind(metrics: Metrics, circumstances: Circumstances): boolean {
  const { lost, receiptsExpected, receiptsReceived } = metrics;
  return lost > 0 || receiptsExpected > receiptsReceived || hasBacklog(metrics, circumstances);
}

function tooSlow({ achievedShare }: Metrics): string | undefined {
  if (achievedShare >= LIMITS.achieved) return undefined;
  return `the generator made only ${(achievedShare * 100).toFixed(1)} % of the rate`;
}

/** What to do about a generator that was late, by what kept it. */
function remedy(metrics: Metrics): string {
  const busy = loadBusy(metrics);
  if (busy >= LIMITS.loadIdle) return `; ${relief(metrics)}`;
  const kept =
    hostDisturbance(metrics, cpus().length) ??
    "something else held it up; close other programs and run again";
  return `, though no load process was busy for more than ${percent(busy)} of the time: ${kept}`;
}

/** It made the sends, but so late that the median is its own. */
function generatorLag(metrics: Metrics): string | undefined {
  const { deliveryLatencyUs, serviceLatencyUs } = metrics;
  if (!deliveryLatencyUs || !serviceLatencyUs) return undefined;
  const ownUs = deliveryLatencyUs.p50 - serviceLatencyUs.p50;
  if (ownUs <= Math.max(LIMITS.generatorUs, LIMITS.generatorShare * deliveryLatencyUs.p50)) return undefined;
  return (
    `the generator sent late: ${timeText(ownUs)} of the median delivery latency of ` +
    `${timeText(deliveryLatencyUs.p50)} are its own${remedy(metrics)}`
  );
}

function busyGenerator(metrics: Metrics, circumstances: Circumstances): string | undefined {
  const busy = loadBusy(metrics);
  if (busy > LIMITS.loadBusy) {
    return `a load process was busy ${percent(busy)} of the time, so that latencies are partly its own; ${relief(metrics)}`;
  }
  if (!hasBacklog(metrics, circumstances)) return undefined;
  return `${metrics.backlogAtEnd} deliveries were behind at the end, though neither server nor load was busy; lower the load`;
}

/**
 * In slices tasks mostly wait for those of the same transport: who is dear, and happens to be slow, waits more. To measure such slices again until
 * they are quicker would flatter it.
 */
export function withoutPressure(metrics: Metrics): Metrics {
  return { ...metrics, host: { ...metrics.host, cpuPressure: 0 } };
}

/** Where what others used can't be told from what a part of the trial did. */
function withoutOthers(metrics: Metrics): Metrics {
  return { ...metrics, host: { ...metrics.host, otherCpus: 0 } };
}

/**
 * Whether more was still on its way at the end than belongs there: what waits to be asked for, or takes its way, which the quickest delivery shows, is
 * where it should be. By Little's law (L = λW) that is a wait in seconds times the rate at which deliveries fall due.
 */
export function hasBacklog(
  metrics: Metrics,
  { pollEveryMs = 0, wayMs = 0 }: Pick<Circumstances, "pollEveryMs" | "wayMs">,
): boolean {
  const { sliced, measuredSeconds, expected, backlogAtEnd, deliveryLatencyUs } = metrics;
  if (expected === 0) return false;
  const limit = sliced ? LIMITS.backlogShare * measuredSeconds : LIMITS.backlogSeconds;
  const quickestMs = (deliveryLatencyUs?.min ?? 0) / 1_000;
  const allowed = limit + (pollEveryMs + Math.max(wayMs, quickestMs)) / 1_000;
  return (backlogAtEnd * measuredSeconds) / expected > allowed;
}
