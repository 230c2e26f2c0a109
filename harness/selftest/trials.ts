import { LabError } from "../../core/errors.ts";
import { type Plan, planSchema } from "../../scenarios/plan.ts";
import { builtModule } from "../../transports/engines/built-module.ts";
import type { Metrics, Trial } from "../result/result.ts";
import type { TransportRef } from "../run/transports.ts";
import type { TrialHooks } from "../trial/phases.ts";
import { runTrial } from "../trial/trial.ts";
import type { CheckContext } from "./check.ts";

/** A trial that was carried out, whatever its state. */
export type CarriedOut = Trial & { readonly metrics: Metrics };

interface TrialOptions {
  readonly hooks?: TrialHooks;
  readonly loadProcesses?: number;
  /** `void` to check that a trial is found invalid; otherwise whatever is odd about it is only noted. */
  readonly gates?: "void" | "note";
}

/** Runs one real trial of a transport of the registry, or of a defective one. Rejects when it could not be carried out. */
export async function carryOut(
  context: CheckContext,
  transport: string,
  plan: Plan,
  options: TrialOptions = {},
): Promise<CarriedOut> {
  const { hooks, loadProcesses = 1, gates = "note" } = options;
  context.report(`a trial of ${transport}, ${(plan.phases.measureMs / 1_000).toLocaleString("en-US")} s`);
  const spec = {
    transport: refOf(transport),
    scenario: plan.scenario,
    block: 0,
    attempt: 1,
    plan,
    params: {},
    loadProcesses,
    gates,
    ...(hooks ? { hooks } : {}),
  };
  const trial = await runTrial(spec, context.signal, () => undefined);
  const { metrics } = trial;
  if (!metrics) throw new LabError("internal", `a trial of ${transport} failed: ${trial.reason}`);
  return { ...trial, metrics };
}

/** The names that defective-transports.ts gives. */
const DEFECTIVE = /^tcp:/;

/** A transport of the registry, or a defective one. */
export function refOf(name: string): TransportRef {
  return DEFECTIVE.test(name)
    ? { name, module: builtModule("harness/selftest/defective-transports").href }
    : { name };
}

interface FeedOptions {
  readonly seed: number;
  readonly ratePerSecond: number;
  readonly measureMs: number;
  readonly subscribers?: number;
  readonly loop?: Plan["loop"];
  readonly arrivals?: "constant" | "poisson";
  readonly warmupMs?: number;
  readonly drainTimeoutMs?: number;
  /** Between the server and the subscribers; the publisher is past it. */
  readonly link?: Partial<NonNullable<Plan["link"]>>;
}

/** One publisher and its subscribers on one topic: a service with nothing in it but what is looked at. */
export function feedPlan(options: FeedOptions): Plan {
  const { seed, ratePerSecond, measureMs, subscribers = 1, loop = "open" } = options;
  const { link, arrivals = "constant", warmupMs = 500, drainTimeoutMs = 2_000 } = options;
  return planSchema.parse({
    version: 1,
    scenario: "selftest",
    seed,
    loop,
    groups: [
      { name: "publisher", users: 1, follows: [], marksRead: false, via: "direct" },
      { name: "subscriber", users: subscribers, follows: ["topic/feed"], marksRead: false },
    ],
    traffic: [
      { from: "publisher", to: { topic: "topic/feed" }, arrivals, ratePerSecond, payloadCharacters: 64 },
    ],
    phases: { connectsPerSecond: 2_000, warmupMs, settleMs: 200, measureMs, drainTimeoutMs },
    ...(link ? { link } : {}),
  });
}

/** Users who notify one another and mark what they get as read, so that every kind of message is sent. */
export function notifyPlan(options: {
  readonly seed: number;
  readonly users: number;
  readonly ratePerSecond: number;
  readonly warmupMs: number;
  readonly measureMs: number;
}): Plan {
  const { seed, users, ratePerSecond, warmupMs, measureMs } = options;
  return planSchema.parse({
    version: 1,
    scenario: "selftest",
    seed,
    loop: "open",
    groups: [{ name: "user", users, follows: ["own"], marksRead: true }],
    traffic: [
      {
        from: "user",
        to: { randomUserOf: "user" },
        arrivals: "poisson",
        ratePerSecond,
        payloadCharacters: 128,
      },
    ],
    phases: { connectsPerSecond: 1_000, warmupMs, settleMs: 200, measureMs, drainTimeoutMs: 2_000 },
  });
}
