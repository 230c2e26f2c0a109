import { createHash, randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { LabError } from "../core/errors.ts";
import { type Plan, planSchema } from "../scenarios/plan.ts";
import { judge } from "./judge.ts";
import { nowUs } from "./measurement/clock.ts";
import { computeMetrics } from "./metrics.ts";
import { Child } from "./processes/child.ts";
import type { LoadReply, LoadRequest, ServerReply, ServerRequest } from "./processes/messages.ts";
import type { Trial } from "./result.ts";

/** What one trial is of. */
export interface TrialSpec {
  readonly transport: string;
  readonly scenario: string;
  readonly block: number;
  readonly plan: Plan;
  readonly params: Readonly<Record<string, number>>;
  readonly loadProcesses: number;
}

export type Stage = "starting" | "connecting" | "warming up" | "measuring" | "draining";

/** SHA-256 of the plan as JSON with its keys in the schema's order. */
export function hashPlan(plan: Plan): string {
  return createHash("sha256")
    .update(JSON.stringify(planSchema.parse(plan)))
    .digest("hex");
}

type Server = Child<ServerRequest, ServerReply>;
type Load = Child<LoadRequest, LoadReply>;

const ANSWER_MS = 10_000;
const START_MS = 20_000;
const LEAD_US = 100_000;
const POLL_MS = 20;

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
  const startedAt = new Date();
  const began = performance.now();
  const identity = {
    transport: spec.transport,
    scenario: spec.scenario,
    block: spec.block,
    planHash: hashPlan(spec.plan),
    params: { ...spec.params },
    seed: spec.plan.seed,
    startedAt: startedAt.toISOString(),
  };
  const seconds = () => Math.round(performance.now() - began) / 1_000;
  const server: Server = new Child("server", `the ${spec.transport} server`);
  const loads: Load[] = Array.from({ length: spec.loadProcesses }, (_, share) => {
    return new Child("load", `load process ${share + 1}`);
  });
  let onAbort = () => undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => void reject(signal.reason);
  });
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    const died = [server, ...loads].map((child) => child.died);
    const metrics = await Promise.race([execute(spec, server, loads, onStage), aborted, ...died]);
    const { state, reason, notes } = judge(metrics);
    return {
      ...identity,
      state,
      ...(reason === undefined ? {} : { reason }),
      notes,
      seconds: seconds(),
      metrics,
    };
  } catch (error) {
    signal.throwIfAborted();
    return {
      ...identity,
      state: "failed",
      reason: LabError.from(error).message,
      notes: [],
      seconds: seconds(),
    };
  } finally {
    signal.removeEventListener("abort", onAbort);
    await Promise.all([server, ...loads].map((child) => child.stop()));
  }
}

async function execute(
  spec: TrialSpec,
  server: Server,
  loads: readonly Load[],
  onStage: (stage: Stage) => void,
) {
  const { plan, transport } = spec;
  const { phases } = plan;
  const secret = randomBytes(32).toString("hex");
  onStage("starting");
  const { endpoint } = await server.ask(
    {
      kind: "serve",
      transport,
      secret,
      maxBodyCharacters: largestBody(plan),
      receiptWindow: receiptWindow(plan),
    },
    "serving",
    START_MS,
  );
  onStage("connecting");
  const users = plan.groups.reduce((sum, group) => sum + group.users, 0);
  const connectMs = START_MS + (10_000 * users) / phases.connectsPerSecond;
  const of = loads.length;
  const connected = await Promise.all(
    loads.map((load, share) => {
      const assignment = { plan, share, of, transport, endpoint, secret };
      return load.ask({ kind: "connect", assignment }, "connected", connectMs);
    }),
  );
  const epochUs = nowUs() + LEAD_US;
  await Promise.all(loads.map((load) => load.ask({ kind: "start", epochUs }, "started", ANSWER_MS)));
  onStage("warming up");
  // The window opens in the middle of the silence between the phases, where nothing is under way.
  await sleepUntil(epochUs + (phases.warmupMs + phases.settleMs / 2) * 1_000);
  const before = await sample(server, loads);
  onStage("measuring");
  const measureStartUs = epochUs + (phases.warmupMs + phases.settleMs) * 1_000;
  await sleepUntil(measureStartUs + phases.measureMs * 1_000);
  onStage("draining");
  await drain(loads, phases.drainTimeoutMs);
  const after = await sample(server, loads);
  const finished = await Promise.all(loads.map((load) => load.ask({ kind: "finish" }, "finished", START_MS)));
  await server.ask({ kind: "stop" }, "stopped", ANSWER_MS);
  return computeMetrics({
    plan,
    connectSeconds: Math.max(...connected.map((one) => one.seconds)),
    connections: connected.reduce((sum, one) => sum + one.connections, 0),
    measureStartUs,
    server: { before: before.server, after: after.server },
    loads: finished.map(({ report }, index) => {
      const [first, last] = [before.loads[index], after.loads[index]];
      if (!first || !last) throw new LabError("internal", "a load process was not sampled");
      return { before: first, after: last, report };
    }),
  });
}

async function sample(server: Server, loads: readonly Load[]) {
  const [ofServer, ...ofLoads] = await Promise.all([
    server.ask({ kind: "sample" }, "sampled", ANSWER_MS),
    ...loads.map((load) => load.ask({ kind: "sample" }, "sampled", ANSWER_MS)),
  ]);
  return { server: ofServer.sample, loads: ofLoads.map((one) => one.sample) };
}

/** Waits until every publish is answered and everything expected has come, or until nothing has for the whole time-out. */
async function drain(loads: readonly Load[], timeoutMs: number): Promise<void> {
  let deadline = performance.now() + timeoutMs;
  let best = -1;
  for (;;) {
    const counts = await Promise.all(loads.map((load) => load.ask({ kind: "count" }, "counted", ANSWER_MS)));
    const total = (pick: (count: (typeof counts)[number]["counted"]) => number) =>
      counts.reduce((sum, one) => sum + pick(one.counted), 0);
    const arrived = total((count) => count.delivered) + total((count) => count.receiptsReceived);
    const due = total((count) => count.expected) + total((count) => count.receiptsExpected);
    if (counts.every((one) => one.counted.sendsSettled) && arrived >= due) return;
    if (arrived > best) {
      best = arrived;
      deadline = performance.now() + timeoutMs;
    }
    if (performance.now() > deadline) return;
    await sleep(POLL_MS);
  }
}

function sleepUntil(dueUs: number): Promise<void> {
  return sleep(Math.max(0, (dueUs - nowUs()) / 1_000));
}

function largestBody(plan: Plan): number {
  return Math.max(1_000, ...plan.traffic.map((traffic) => traffic.payloadCharacters));
}

/** Notifications of the last 30 s can be marked as read: far more than any drain takes. */
function receiptWindow(plan: Plan): number {
  const perSecond = plan.traffic.reduce((sum, traffic) => sum + traffic.ratePerSecond, 0);
  return Math.min(1_000_000, Math.max(10_000, Math.ceil(perSecond * 30)));
}
