import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { LabError } from "../../../core/errors.ts";
import type { Plan } from "../../../scenarios/plan.ts";
import type { Endpoint } from "../../../transports/port/transport.ts";
import { nowUs } from "../../measurement/clock.ts";
import { mergeLatencies } from "../../measurement/histogram.ts";
import { Child } from "../../processes/child.ts";
import type {
  LoadReply,
  LoadRequest,
  ServerReply,
  ServerRequest,
  ServerSample,
} from "../../processes/messages.ts";
import type { Part } from "../../processes/roles.ts";

const ANSWER_MS = 10_000;
const LEAD_US = 100_000;

const ONLY_PART: Part = { role: "clients", share: 0, of: 1, drained: false };

/** A server process that stays up after the lab's own traffic is through, so that another tool can be sent at it. */
export interface Served {
  readonly endpoint: Endpoint;
  /** The key of the tokens it takes. */
  readonly secret: string;
  sample(): Promise<ServerSample>;
  /** Runs the plan's warm-up and measured time with the lab's own load process; settles with the median publish latency. */
  publishLatencyP50Us(): Promise<number>;
}

/** Serves the transport while `use` runs; the processes are gone when it settles or rejects. Rejects when aborted. */
export async function withServer<T>(
  transport: string,
  plan: Plan,
  signal: AbortSignal,
  use: (served: Served) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const server = new Child<ServerRequest, ServerReply>("server", `the ${transport} server`, {
    nodeOptions: ["--expose-gc"],
  });
  const load = new Child<LoadRequest, LoadReply>("load", "the load process", {
    nodeOptions: ["--expose-gc"],
  });
  const stop = async () => void (await Promise.all([server.stop(), load.stop()]));
  const onAbort = () => void stop();
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    const secret = randomBytes(32).toString("hex");
    const { endpoint } = await server.ask(
      {
        kind: "serve",
        transport: { name: transport },
        secret,
        maxBodyCharacters: 1_000,
        receiptWindow: 10_000,
        traceEvery: 0,
        ownNamespace: false,
      },
      "serving",
      ANSWER_MS,
    );
    return await use({
      endpoint,
      secret,
      sample: async () => (await server.ask({ kind: "sample" }, "sampled", ANSWER_MS)).sample,
      publishLatencyP50Us: () => publish(load, transport, plan, endpoint, secret),
    });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener("abort", onAbort);
    await stop();
  }
}

async function publish(
  load: Child<LoadRequest, LoadReply>,
  transport: string,
  plan: Plan,
  endpoint: Endpoint,
  secret: string,
): Promise<number> {
  const { warmupMs, measureMs } = plan.phases;
  const assignment = {
    plan,
    part: ONLY_PART,
    number: 0,
    transport: { name: transport },
    endpoint,
    relayedEndpoint: endpoint,
    secret,
    widthMs: 1_000,
    intervals: 60,
  };
  await load.ask({ kind: "prepare", assignments: [assignment] }, "prepared", ANSWER_MS);
  await load.ask({ kind: "connect", upTo: 1 }, "connected", ANSWER_MS);
  for (const [phase, ms] of [
    ["warmup", warmupMs],
    ["measure", measureMs],
  ] as const) {
    const epochUs = nowUs() + LEAD_US;
    await load.ask({ kind: "start", phase, epochUs }, "started", ANSWER_MS);
    await sleep(ms + LEAD_US / 1_000);
    while (!(await load.ask({ kind: "count" }, "counted", ANSWER_MS)).counted.sendsSettled) await sleep(50);
  }
  const { report } = await load.ask({ kind: "finish" }, "finished", ANSWER_MS);
  const latency = mergeLatencies([report.publishLatency], report.count.publishes);
  if (!latency) throw new LabError("internal", `no publish on ${transport} was answered`);
  return latency.p50;
}
