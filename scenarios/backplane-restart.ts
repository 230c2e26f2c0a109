import { clusterParams, clusterPlan } from "./cluster-feed.ts";
import type { Scenario } from "./scenario.ts";

/** What is told, and what is not, when what the nodes share is gone. */
export const backplaneRestart: Scenario = {
  name: "backplane-restart",
  summary: "Redis is killed and comes back empty: what is lost, and who learns of it",
  standsFor: "the backplane restarts and has forgotten everything",
  lookAt: "declared lost, lost without notice",
  about:
    "Three nodes share a topic over Redis, which is killed under load and comes back, empty, after a second. Meanwhile nothing can be " +
    "published. Clients keep their connections to the nodes; what Redis took and had not yet passed on is lost with it. Look at whether every " +
    "subscriber that missed something was told.",
  params: clusterParams({ least: 6, default: 8, at: "Redis is killed after 1.5 s" }),
  plan: (params, seed) =>
    clusterPlan("backplane-restart", params, seed, [
      { kind: "backplane-restart", atMs: 1_500, forMs: 1_000 },
    ]),
};
