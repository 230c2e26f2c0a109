import { clusterParams, clusterPlan, THREE_NODES } from "./cluster-feed.ts";
import type { Scenario } from "./scenario.ts";

/** Whether a node that joins takes any load. */
export const scaleOut: Scenario = {
  name: "scale-out",
  summary: "a third node joins two under load: who moves to it, and whether anyone notices",
  standsFor: "an autoscaler adds a node",
  lookAt: "connections by node",
  about:
    "Two nodes share a topic over Redis, behind a load balancer that knows a third place; a third node begins to serve there. Connections " +
    "that last stay where they are, so a new node gets only what comes new: look at the connections by node, before and at the end.",
  params: clusterParams({ least: 5, default: 6, at: "the node joins after 1.5 s" }),
  plan: (params, seed) =>
    clusterPlan("scale-out", params, seed, [{ kind: "node-start", atMs: 1_500, node: 2 }], THREE_NODES),
};
