import { LabError } from "../../core/errors.ts";
import type { TransportEntry } from "../../transports/port/entry.ts";
import { inTheClear } from "../../transports/port/tls.ts";
import type { Ask } from "../processes/ask-once.ts";
import { transportBehind } from "../result/control-name.ts";
import type { Results } from "../result/result.ts";
import type { ClientCostEntry } from "../result/schema/client-cost.ts";
import type { TransportRef } from "../run/transports.ts";

/**
 * Once a transport; an A/A control's client is its transport's. What is recorded can't be played once more where it is encrypted, and where a
 * client asks only now and then too little would come of it.
 */
export function lacksClientCost(
  { clientCosts = [] }: Pick<Results, "clientCosts">,
  { name, supports, external, pollEveryMs }: TransportEntry,
): boolean {
  const isPlayable = supports.network && !external && pollEveryMs === undefined && !inTheClear(name);
  return isPlayable && name === transportBehind(name) && !clientCosts.some((one) => one.transport === name);
}

/** What its client library costs, or why that is not known. Rejects with the signal's reason when aborted. */
export async function clientCostOf(
  transport: TransportRef,
  ask: Ask,
  signal: AbortSignal,
): Promise<ClientCostEntry> {
  try {
    return (await ask({ kind: "weigh", transport }, "weighed")).cost;
  } catch (error) {
    signal.throwIfAborted();
    return { transport: transport.name, absent: LabError.from(error).message };
  }
}
