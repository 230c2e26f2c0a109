import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { HeartbeatSettings } from "../../core/heartbeat.ts";
import type { Cluster } from "../../scenarios/cluster.ts";
import type { Plan } from "../../scenarios/plan.ts";
import { needsRelay } from "../../scenarios/users.ts";
import { inTheClear, selfSigned } from "../../transports/port/tls.ts";
import type { Endpoint, TlsIdentity } from "../../transports/port/transport.ts";
import { nowUs } from "../measurement/clock.ts";
import { type HostReading, readHost } from "../measurement/host-noise.ts";
import type { LoadReport, LoadSample, ServerInterval, ServerSample } from "../processes/messages.ts";
import { type Part, partsOf } from "../processes/roles.ts";
import { transportBehind } from "../result/control-name.ts";
import { loadTransport, type TransportRef } from "../run/transports.ts";
import { traceEvery } from "../tracing/chosen.ts";
import type { ServerTrace } from "../tracing/server-trace.ts";
import { type ClusterFigures, ClusterProcesses, type ServeRequest } from "./cluster.ts";
import { drain, progressOf } from "./drain.ts";
import { type FaultMoment, playFaults } from "./faults.ts";
import type { MemoryStep } from "./memory-slope.ts";
import type { SharedLinkReadings } from "./shared-link.ts";
import { ANSWER_MS, type Server, START_MS } from "./site.ts";
import type { TrialProcesses } from "./trial-processes.ts";
import { sleepUntil, type WarmUp, warmUp } from "./warm-up.ts";

export type Stage = "starting" | "connecting" | "warming up" | "measuring" | "draining";

/** For checks of the lab itself: what to do to the processes of a trial at certain moments. Each is awaited. */
export interface TrialHooks {
  /** The measured time is about to begin. */
  readonly onMeasure?: (serverPid: number) => Promise<void>;
  /** All is drained and nothing is under way. `sampleAgain` takes a fresh sample of the server. */
  readonly onDrained?: (
    serverPid: number,
    sample: ServerSample,
    sampleAgain: () => Promise<ServerSample>,
  ) => Promise<void>;
}

/** What one trial brought back from its processes; times by the monotonic clock. */
export interface Observation {
  readonly plan: Plan;
  readonly connectSeconds: number;
  readonly connections: number;
  readonly memorySteps: readonly MemoryStep[];
  readonly warmUp: WarmUp;
  /** When the measured schedule began. */
  readonly measureStartUs: number;
  readonly backlogAtEnd: number;
  /** From the first connection on, where the link has packet loss. */
  readonly droppedSegments?: number;
  /** Where all clients share one pipe. */
  readonly sharedLink?: SharedLinkReadings;
  /** When the plan's faults really began and ended, in its order. */
  readonly faults: readonly FaultMoment[];
  readonly intervalMs: number;
  readonly server: Edges<ServerSample> & {
    readonly timeline: readonly ServerInterval[];
    readonly trace: ServerTrace | undefined;
  };
  readonly loads: readonly (Edges<LoadSample> & { readonly report: LoadReport })[];
  /** The server is not the lab's, and what is here for it is a process without work. */
  readonly external?: boolean;
  /** What nodes and engines did, where the plan has them. */
  readonly cluster?: ClusterFigures;
  readonly host: Edges<HostReading>;
  /** CPU time that this process used in the measured time. */
  readonly ownCpuUs: number;
}

interface Edges<T> {
  readonly before: T;
  readonly after: T;
}

const LEAD_US = 100_000;
/** Longer than it takes to read the shared link's counters, by a program of their own. */
const READING_US = 30_000;
/** The number of steps in which users connect, with the server's memory read after each. */
const CONNECT_STEPS = 5;
const MAX_INTERVALS = 600;

export type Connected = Pick<Observation, "connections" | "connectSeconds" | "memorySteps">;

/** Takes one plan through its phases on one transport: connect, warm up, measure, drain. */
export async function runPhases(
  processes: TrialProcesses,
  plan: Plan,
  transport: TransportRef,
  loadProcesses: number,
  onStage: (stage: Stage) => void,
  hooks: TrialHooks = {},
): Promise<Observation> {
  const { phases } = plan;
  const { external = false } = await loadTransport(transport);
  const pid = processes.server.pid ?? 0;
  const intervalMs = Math.max(1_000, Math.ceil(phases.measureMs / MAX_INTERVALS));
  const intervals = Math.ceil((phases.measureMs + phases.drainTimeoutMs) / intervalMs) + 1;
  onStage("starting");
  await start(processes, plan, transport, loadProcesses, { widthMs: intervalMs, intervals });
  onStage("connecting");
  const connected = await connect(processes, plan);
  onStage("warming up");
  const warmed = await warmUp(processes, plan, external);
  // The window opens in the middle of the silence between the phases, where nothing is under way.
  await sleep(phases.settleMs / 2);
  const nodeOf = await processes.cluster?.nodeOf(plan);
  await processes.cluster?.begin();
  const before = { ...(await processes.sample()), host: readHost(), cpu: process.cpuUsage() };
  const measureStartUs = nowUs() + Math.max(LEAD_US, phases.settleMs * 500);
  const epochUs = measureStartUs;
  const servers = processes.cluster?.servers ?? [processes.server];
  const watch = { kind: "watch", epochUs, widthMs: intervalMs, intervals } as const;
  await Promise.all(servers.map((server) => server.ask(watch, "watching", ANSWER_MS)));
  await processes.askLoads({ kind: "start", phase: "measure", epochUs, nodeOf }, "started");
  await hooks.onMeasure?.(pid);
  // The silence isn't silent behind a full pipe, so it is read as late as can be.
  if (plan.link?.sharedBytesPerSecond) await sleepUntil(measureStartUs - READING_US);
  const sharedBefore = processes.sharedLink(plan.link);
  onStage("measuring");
  const faults = await playFaults(processes, plan, measureStartUs);
  await sleepUntil(measureStartUs + phases.measureMs * 1_000);
  const atEnd = await progressOf(processes);
  const sharedAtEnd = processes.sharedLink(plan.link);
  onStage("draining");
  await drain(processes, phases.drainTimeoutMs);
  const after = await processes.sample();
  const sharedAfter = processes.sharedLink(plan.link);
  const host = { before: before.host, after: readHost() };
  const cpu = process.cpuUsage(before.cpu);
  const timeline = await serverTimeline(processes, servers);
  await hooks.onDrained?.(pid, after.server, async () => (await processes.sample()).server);
  const droppedSegments = processes.droppedSegments(plan.link);
  const { trace } = await processes.server.ask({ kind: "trace" }, "traced", ANSWER_MS);
  const engines = await processes.cluster?.figures();
  const finished = await processes.askLoads({ kind: "finish" }, "finished", START_MS);
  await Promise.all(
    (processes.cluster?.servers ?? servers).map((server) =>
      server.ask({ kind: "stop" }, "stopped", ANSWER_MS),
    ),
  );
  return {
    plan,
    external,
    ...connected,
    warmUp: warmed,
    measureStartUs,
    faults,
    ...(droppedSegments === undefined ? {} : { droppedSegments }),
    ...(sharedBefore &&
      sharedAtEnd &&
      sharedAfter && { sharedLink: { before: sharedBefore, atEnd: sharedAtEnd, after: sharedAfter } }),
    backlogAtEnd: Math.max(0, atEnd.deliveriesDue - atEnd.deliveriesArrived),
    intervalMs,
    server: { before: before.server, after: after.server, timeline, trace },
    loads: finished.flatMap(({ report }, index) => {
      const [first, last] = [before.loads[index], after.loads[index]];
      return first && last ? [{ before: first, after: last, report }] : [];
    }),
    ...(engines ? { cluster: engines } : {}),
    host,
    ownCpuUs: cpu.user + cpu.system,
  };
}

/** Of all nodes together, where the same processes ran all the time; else nothing, rather than a part. */
async function serverTimeline(
  processes: TrialProcesses,
  watched: readonly Server[],
): Promise<readonly ServerInterval[]> {
  const { cluster, server } = processes;
  const now = cluster?.servers ?? [server];
  if (now.length !== watched.length || now.some((one, index) => one !== watched[index])) return [];
  const all = await Promise.all(now.map((one) => one.ask({ kind: "watched" }, "timeline", ANSWER_MS)));
  const [first, ...others] = all.map(({ intervals }) => intervals);
  return (first ?? []).flatMap((interval, index) => {
    const rest = others.flatMap((intervals) => intervals[index] ?? []);
    return rest.length < others.length ? [] : [rest.reduce(addIntervals, interval)];
  });
}

function addIntervals(a: ServerInterval, b: ServerInterval): ServerInterval {
  return {
    cpuUserUs: a.cpuUserUs + b.cpuUserUs,
    cpuSystemUs: a.cpuSystemUs + b.cpuSystemUs,
    rssBytes: a.rssBytes + b.rssBytes,
    loopUtilization: Math.max(a.loopUtilization, b.loopUtilization),
  };
}

async function start(
  processes: TrialProcesses,
  plan: Plan,
  transport: TransportRef,
  of: number,
  timeline: { readonly widthMs: number; readonly intervals: number },
): Promise<void> {
  const secret = randomBytes(32).toString("hex");
  const parts = partsOf([plan], of, await isDrainable(transport));
  // A sink answers no heartbeat; what those cost, `idle` tells.
  const heartbeat = parts.some(({ drained }) => drained) ? SILENT_HEARTBEAT : undefined;
  const request = await serveRequest(processes, plan, transport, secret, heartbeat);
  const { endpoint, nodes } = plan.cluster
    ? await startCluster(processes, plan, plan.cluster, request)
    : { endpoint: (await processes.server.ask(request, "serving", START_MS)).endpoint, nodes: undefined };
  const relayedEndpoint = needsRelay(plan)
    ? await processes.startRelay(plan.link, plan.seed, endpoint)
    : endpoint;
  processes.shapeByKernel(plan.link, relayedEndpoint);
  processes.startLoads(parts);
  const common = { plan, transport, endpoint, nodes, relayedEndpoint, secret, ...timeline };
  await Promise.all(
    processes.loads.map((load, number) => {
      const part = partAt(parts, number);
      const assignment = { ...common, part, number, ...(heartbeat ? { heartbeat } : {}) };
      return load.ask({ kind: "prepare", assignments: [assignment] }, "prepared", START_MS);
    }),
  );
}

async function startCluster(
  processes: TrialProcesses,
  plan: Plan,
  cluster: Cluster,
  request: ServeRequest,
): Promise<ClusterProcesses["entry"]> {
  // Known to the trial before it starts, so that whatever has started ends with it.
  processes.cluster = new ClusterProcesses(processes, cluster, request);
  await processes.cluster.start(absentAtFirst(plan));
  return processes.cluster.entry;
}

/** Nodes that join when the plan says so. */
function absentAtFirst({ faults = [] }: Plan): ReadonlySet<number> {
  return new Set(faults.flatMap((fault) => (fault.kind === "node-start" ? [fault.node] : [])));
}

/** Longer than anything is measured. */
export const SILENT_HEARTBEAT: HeartbeatSettings = { intervalMs: 3_600_000, timeoutMs: 5_000 };

export async function isDrainable(transport: TransportRef): Promise<boolean> {
  return (await loadTransport(transport)).drain !== undefined;
}

/** What the load process of that number does. */
export function partAt(parts: readonly Part[], number: number): Part {
  const part = parts[number];
  if (!part) throw new RangeError(`there is no load process ${number}`);
  return part;
}

/** Has the server process serve the plan; one more of them where it does already. */
export async function serve(
  processes: TrialProcesses,
  plan: Plan,
  transport: TransportRef,
  secret: string,
  heartbeat?: HeartbeatSettings,
): Promise<Endpoint> {
  const request = await serveRequest(processes, plan, transport, secret, heartbeat);
  return (await processes.server.ask(request, "serving", START_MS)).endpoint;
}

async function serveRequest(
  processes: TrialProcesses,
  plan: Plan,
  transport: TransportRef,
  secret: string,
  heartbeat?: HeartbeatSettings,
): Promise<ServeRequest> {
  return {
    kind: "serve",
    transport,
    secret,
    maxBodyCharacters: Math.max(1_000, ...plan.traffic.map((traffic) => traffic.payloadCharacters)),
    receiptWindow: receiptWindow(plan),
    replayWindow: plan.replayWindow,
    maxBufferedBytes: plan.maxBufferedBytes,
    heartbeat,
    tls: inTheClear(transportBehind(transport.name)) === undefined ? undefined : await identityOfRun(),
    // Bytes that a relay or a balancer passes on would be counted twice.
    ownNamespace: processes.ownNamespace && !needsRelay(plan) && !plan.cluster,
    // Of a publish that crosses nodes no process sees the whole way.
    traceEvery: plan.cluster ? 0 : traceEvery(plan),
  };
}

let identity: Promise<TlsIdentity> | undefined;

/** One key and certificate for all trials of this process. */
function identityOfRun(): Promise<TlsIdentity> {
  identity ??= selfSigned();
  return identity;
}

/** Connects the plan's users in steps, with the server's memory read before and after each, or after those that are named. */
export async function connect(
  processes: TrialProcesses,
  { groups, phases }: Plan,
  scenario = 0,
  weighed = (_step: number) => true,
): Promise<Connected> {
  const users = groups.reduce((sum, group) => sum + group.users, 0);
  const timeoutMs = START_MS + (10_000 * users) / phases.connectsPerSecond;
  const memorySteps = [await settled(processes, 0)];
  let connections = 0;
  let connectSeconds = 0;
  const steps = phases.connectsAtOnce === undefined ? CONNECT_STEPS : 1;
  for (let step = 1; step <= steps; step += 1) {
    const ask = async (which: (part: Part) => boolean, upTo: number) => {
      const request = { kind: "connect", upTo: upTo / steps, scenario } as const;
      const some = await processes.askSome(which, request, "connected", timeoutMs);
      connectSeconds += Math.max(0, ...some.map((one) => one.seconds));
      return some.reduce((sum, one) => sum + one.connections, 0);
    };
    if (processes.parts.some(({ drained }) => drained)) {
      // Probes subscribe in the middle of each step's sinks, so that they stand for all places in a fan-out.
      await ask(({ role }) => role !== "probes", step - 0.5);
      const probes = await ask(({ role }) => role === "probes", step);
      connections = probes + (await ask(({ role }) => role !== "probes", step));
    } else connections = await ask(() => true, step);
    if (weighed(step) || step === steps) memorySteps.push(await settled(processes, connections));
  }
  return { connections, connectSeconds, memorySteps };
}

async function settled(processes: TrialProcesses, connections: number): Promise<MemoryStep> {
  return { connections, ...(await processes.settleServer()) };
}

/** Notifications of the last 30 s can be marked as read: far more than any drain takes. */
function receiptWindow(plan: Plan): number {
  const perSecond = plan.traffic.reduce((sum, traffic) => sum + traffic.ratePerSecond, 0);
  return Math.min(1_000_000, Math.max(10_000, Math.ceil(perSecond * 30)));
}
