import { clusterParams, clusterPlan } from "./cluster-feed.ts";
import type { Scenario } from "./scenario.ts";

/** A deployment: every node restarts in its turn. */
export const rollingRestart: Scenario = {
  name: "rolling-restart",
  summary: "three nodes restart one after the other, as in a deployment: what is lost on the way",
  standsFor: "a new version is rolled out",
  lookAt: "lost, duplicated, back after each",
  about:
    "Three nodes share a topic over Redis, behind a load balancer, and restart one after the other: each ends its connections in good " +
    "order, takes none for a second, and serves again. Clients move to another node and resume there, some of them more than once. Look at " +
    "what was lost, and at how long they were deaf. The service restarts, not its process, so that measuring goes on.",
  params: clusterParams({ least: 10, default: 12, at: "the nodes restart after 1.5, 4.5 and 7.5 s" }),
  plan: (params, seed) =>
    clusterPlan(
      "rolling-restart",
      params,
      seed,
      [0, 1, 2].map((node) => ({ kind: "server-restart", atMs: 1_500 + 3_000 * node, forMs: 1_000, node })),
    ),
};
