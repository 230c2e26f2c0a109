import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Plan } from "../../scenarios/plan.ts";
import { needsRelay } from "../../scenarios/users.ts";
import { nowUs } from "../measurement/clock.ts";
import { readHost } from "../measurement/host-noise.ts";
import { SILENT_HEARTBEAT } from "../measurement/silent-heartbeat.ts";
import type { ServerSample } from "../processes/messages.ts";
import { partAt, partsOf } from "../processes/roles.ts";
import { loadTransport, type TransportRef } from "../run/transports.ts";
import { agentsAtWork, whereIs } from "./agents-at-work.ts";
import { connect } from "./connecting.ts";
import { drain, progressOf } from "./drain.ts";
import { playFaults } from "./faults.ts";
import { droppedByKernel, readSharedLink, shapeByKernel } from "./kernel-link.ts";
import type { Observation } from "./observation.ts";
import { serverTimeline } from "./server-timeline.ts";
import { isDrainable, serve } from "./serving.ts";
import { ANSWER_MS, START_MS } from "./site.ts";
import { sleepUntil } from "./sleep-until.ts";
import type { TrialProcesses } from "./trial-processes.ts";
import { warmUp } from "./warm-up.ts";

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

const LEAD_US = 100_000;
/** Longer than it takes to read the shared link's counters, by a program of their own. */
const READING_US = 30_000;
const MAX_INTERVALS = 600;

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
  const { external = false, native = false } = await loadTransport(transport);
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
  const nodeOf = (await processes.cluster?.nodeOf(plan)) ?? processes.agentOf(plan);
  await processes.cluster?.begin();
  await processes.agents?.refer();
  const before = { ...(await processes.sample()), host: readHost(), cpu: process.cpuUsage() };
  const measureStartUs = nowUs() + Math.max(LEAD_US, phases.settleMs * 500);
  const epochUs = measureStartUs;
  const servers = processes.cluster?.servers ?? [processes.server];
  const watch = { kind: "watch", epochUs, widthMs: intervalMs, intervals } as const;
  await Promise.all(servers.map((server) => server.ask(watch, "watching", ANSWER_MS)));
  await processes.askLoads({ kind: "start", phase: "measure", epochUs, nodeOf }, "started");
  const messagesBefore = processes.agents?.messages() ?? 0;
  await hooks.onMeasure?.(pid);
  const sharedBefore = await readBefore(processes, plan, measureStartUs);
  onStage("measuring");
  const faults = await playFaults(processes, plan, measureStartUs);
  await sleepUntil(measureStartUs + phases.measureMs * 1_000, processes.over);
  const natsMessages = (processes.agents?.messages() ?? 0) - messagesBefore;
  const atEnd = await progressOf(processes);
  const sharedAtEnd = readSharedLink(processes, plan.link);
  onStage("draining");
  await drain(processes, phases.drainTimeoutMs);
  const after = await processes.sample();
  const sharedAfter = readSharedLink(processes, plan.link);
  const host = { before: before.host, after: readHost() };
  const cpu = process.cpuUsage(before.cpu);
  const timeline = await serverTimeline(processes, servers);
  await hooks.onDrained?.(pid, after.server, async () => (await processes.sample()).server);
  const droppedSegments = droppedByKernel(processes, plan.link);
  const { trace } = await processes.server.ask({ kind: "trace" }, "traced", ANSWER_MS);
  const engines = await processes.cluster?.figures();
  const finished = await processes.askLoads({ kind: "finish" }, "finished", START_MS);
  await processes.agents?.compareAgain();
  const agents = agentsAtWork(processes, natsMessages);
  await Promise.all(
    (processes.cluster?.servers ?? servers).map((server) =>
      server.ask({ kind: "stop" }, "stopped", ANSWER_MS),
    ),
  );
  return {
    plan,
    external,
    native,
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
      return first && last ? [{ before: first, after: last, report, ...whereIs(processes, index) }] : [];
    }),
    ...(agents ? { agents } : {}),
    ...(engines ? { cluster: engines } : {}),
    host,
    ownCpuUs: cpu.user + cpu.system,
  };
}

/**
 * The shared link's counters before the first measured byte. The silence isn't silent behind a full pipe, so they are read as late as can be;
 * a busy machine can make that too late, and then the reading before it stands.
 */
async function readBefore(processes: TrialProcesses, plan: Plan, measureStartUs: number) {
  if (!plan.link?.sharedBytesPerSecond) return undefined;
  const early = readSharedLink(processes, plan.link);
  await sleepUntil(measureStartUs - READING_US, processes.over);
  const late = readSharedLink(processes, plan.link);
  return nowUs() <= measureStartUs ? late : early;
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
  const { endpoint, nodes } = await serve(processes, plan, transport, secret, { heartbeat });
  const relayedEndpoint = needsRelay(plan)
    ? await processes.startRelay(plan.link, plan.seed, endpoint)
    : endpoint;
  shapeByKernel(processes, plan.link, relayedEndpoint);
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
