import type { Cluster } from "../../scenarios/cluster.ts";
import { clusterPlan } from "../../scenarios/cluster-feed.ts";
import type { Fault } from "../../scenarios/plan.ts";
import type { TrialSpec } from "./trial.ts";

/** A short feed on these nodes: one publisher and nine subscribers. */
export function feedOn(cluster: Cluster, transport = "websocket", faults: Fault[] = []): TrialSpec {
  const params = { connections: 10, rate: 40, payload: 64, duration: 2, warmup: 0.2 };
  return {
    transport: { name: transport },
    scenario: "feed",
    block: 0,
    attempt: 1,
    plan: clusterPlan("feed", params, 1, faults, cluster),
    params,
    loadProcesses: 1,
    gates: "note",
  };
}
