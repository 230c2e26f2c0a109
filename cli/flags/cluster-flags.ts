import { BALANCERS, type Cluster, MOST_NODES } from "../../scenarios/cluster.ts";
import type { BenchFlags } from "../commands/bench.ts";
import { usage } from "../process/failure.ts";
import { parseNumber } from "./choices.ts";

/** The nodes and engines that the flags ask for instead of the scenarios' own; null where they ask for none. */
export function clusterOf({ nodes, backplane, balancer, sticky }: BenchFlags): Cluster | null {
  if (nodes === undefined && backplane === undefined && balancer === undefined) {
    if (sticky === false) throw usage("--no-sticky is about a balancer; add --balancer haproxy");
    return null;
  }
  const count =
    nodes === undefined ? 1 : parseNumber("--nodes", nodes, { min: 1, max: MOST_NODES, integer: true });
  const known = BALANCERS.find((one) => one === (balancer ?? "none"));
  if (!known) throw usage(`--balancer takes ${BALANCERS.join(", ")}, not "${balancer}"`);
  if (backplane !== undefined && backplane !== "redis" && backplane !== "none")
    throw usage(`--backplane takes redis or none, not "${backplane}"`);
  if (backplane === "none" && count > 1)
    throw usage("several nodes need a backplane to share channels; leave out --backplane none");
  if (sticky === false && known === "none")
    throw usage("--no-sticky is about a balancer; add --balancer haproxy");
  return {
    nodes: count,
    backplane: backplane ?? (count > 1 ? "redis" : "none"),
    balancer: known,
    ...(sticky === false ? { sticky: false } : {}),
  };
}
