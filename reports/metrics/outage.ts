import type { Metrics } from "../../harness/result/result.ts";

/** Shorter outages than this count as this long: clients wait about a second before they come back, by the lab's own setting. */
const LEAST_OUTAGE_SECONDS = 1;

/** An outage that is the subscribers' own doing says nothing of a transport. */
const OWN_DOING = new Set(["link-stall"]);

export const OUTAGE_ABOUT =
  "From a fault's beginning until the last client that lost its connection had all of its subscriptions again; where none lost it, " +
  `the fault's own length; at least ${LEAST_OUTAGE_SECONDS} s. Of several faults the longest.`;

/** In seconds; undefined without faults, and where some client never came back. */
export function longestOutage({ faults = [], cluster }: Metrics): number | undefined {
  const outages = faults
    .filter(({ kind }) => !OWN_DOING.has(kind))
    .map((fault) => outageSeconds(fault, cluster !== undefined));
  if (outages.length === 0 || outages.some((one) => one === undefined)) return undefined;
  return Math.max(LEAST_OUTAGE_SECONDS, ...outages.map((one) => one ?? 0));
}

/** `others`: where other nodes serve on, clients need not wait until what was broken works again. */
function outageSeconds(fault: NonNullable<Metrics["faults"]>[number], others: boolean): number | undefined {
  const { seconds, lostConnections, restoredConnections, backAfterSeconds } = fault;
  if (lostConnections === 0) return seconds;
  if (restoredConnections < lostConnections || !backAfterSeconds) return undefined;
  return seconds + (others ? Math.max(-seconds, backAfterSeconds.max) : Math.max(0, backAfterSeconds.max));
}
