import { clusterParams, clusterPlan } from "./cluster-feed.ts";
import type { Scenario } from "./scenario.ts";

/** What the death of one of three nodes costs. */
export const nodeDeath: Scenario = {
  name: "node-death",
  summary: "one of three nodes is killed under load: what is lost, and how long its clients are deaf",
  standsFor: "a server crashes, the others serve on",
  lookAt: "lost, duplicated, back after",
  about:
    "Three nodes share a topic over Redis, behind a load balancer. One of them is killed without a word; its clients notice, connect again " +
    "through the balancer to a node that lives, and resume there with the cursor that the dead node gave them. A new process takes its place " +
    "after two seconds. Look at what was lost and delivered twice, and at how long the clients were deaf.",
  params: clusterParams({ least: 6, default: 8, at: "the node is killed after 1.5 s" }),
  plan: (params, seed) =>
    clusterPlan("node-death", params, seed, [{ kind: "node-death", atMs: 1_500, forMs: 2_000, node: 1 }]),
};
