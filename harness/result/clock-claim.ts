import type { Metrics } from "./result.ts";

/** Of the median. */
const MOST_CLOCK_SHARE = 0.1;

/**
 * Whether latencies from one machine to another may be said: where the clocks are known to a tenth of the median at the most. Of a trial on one clock
 * they may.
 */
export function isClaim({
  agents,
  deliveryLatencyUs,
}: Pick<Metrics, "agents" | "deliveryLatencyUs">): boolean {
  if (!agents || !deliveryLatencyUs) return true;
  return agents.latencyBoundUs <= MOST_CLOCK_SHARE * deliveryLatencyUs.p50;
}
