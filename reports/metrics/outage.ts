import type { Metrics } from "../../harness/result/result.ts";

/** Shorter outages than this count as this long: clients wait about a second before they come back, by the lab's own setting. */
const LEAST_OUTAGE_SECONDS = 1;

/** An outage that is the subscribers' own doing says nothing of a transport. */
const OWN_DOING = new Set(["link-stall"]);

export const OUTAGE_ABOUT =
  "From a fault's beginning until the last client that lost its connection had all of its subscriptions again; where none lost it, " +
  `the fault's own length; at least ${LEAST_OUTAGE_SECONDS} s. Of several faults the longest.`;

/** In seconds; undefined without faults, and where some client never came back. */
export function longestOutage({ faults = [] }: Metrics): number | undefined {
  const outages = faults.filter(({ kind }) => !OWN_DOING.has(kind)).map(outageSeconds);
  if (outages.length === 0 || outages.some((one) => one === undefined)) return undefined;
  return Math.max(LEAST_OUTAGE_SECONDS, ...outages.map((one) => one ?? 0));
}

function outageSeconds(fault: NonNullable<Metrics["faults"]>[number]): number | undefined {
  const { seconds, lostConnections, restoredConnections, backAfterSeconds } = fault;
  if (lostConnections === 0) return seconds;
  if (restoredConnections < lostConnections || !backAfterSeconds) return undefined;
  return Math.max(0, seconds + backAfterSeconds.max);
}
