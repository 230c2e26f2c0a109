import { LabError } from "../../core/errors.ts";
import type { Plan } from "../../scenarios/plan.ts";
import { type Ask, askOnce } from "../processes/ask-once.ts";
import { transportBehind } from "../result/control-name.ts";
import type { Results } from "../result/result.ts";
import type { ByteBreakdown } from "../result/schema/byte-breakdown.ts";
import type { PlannedTrial } from "../run/queue.ts";
import type { TransportRef } from "../run/transports.ts";

/**
 * What the bytes of a transport are for under a plan, from a process of its own that is gone when this settles; about 4 s, or 2 s without a look at silence. Rejects with
 * `internal` and the reason when the parts don't add up to what was counted or a byte could not be told, and with the signal's reason
 * when aborted.
 */
export async function takeBreakdown(
  transport: string | TransportRef,
  plan: Plan,
  signal: AbortSignal,
  idle = true,
): Promise<ByteBreakdown> {
  const ref = typeof transport === "string" ? { name: transport } : transport;
  const request = { kind: "dissect", transport: ref, plan, idle } as const;
  const { breakdown } = await askOnce(`the breakdown of ${ref.name}`, request, "dissected", signal);
  return breakdown;
}

/** Once a transport and scenario; an A/A control's bytes are its transport's, a quick run goes without, and so does a scenario without traffic. */
export function lacksBreakdown(
  { anatomies, preset }: Results,
  { transport, scenario }: Pick<PlannedTrial, "transport" | "scenario">,
): boolean {
  if (preset === "quick" || transport.name !== transportBehind(transport.name)) return false;
  if (!transport.dissector || scenario.plan(0).traffic.length === 0) return false;
  return !anatomies.some((one) => one.transport === transport.name && one.scenario === scenario.name);
}

/** What the bytes of a transport are for, or why that could not be told. Rejects with the signal's reason when aborted. */
export async function breakdownOf(
  transport: TransportRef,
  plan: Plan,
  idle: boolean,
  ask: Ask,
  signal: AbortSignal,
): Promise<Results["anatomies"][number]> {
  try {
    return (await ask({ kind: "dissect", transport, plan, idle }, "dissected")).breakdown;
  } catch (error) {
    signal.throwIfAborted();
    return { transport: transport.name, scenario: plan.scenario, absent: LabError.from(error).message };
  }
}
