import { clusterParams, clusterPlan } from "./cluster-feed.ts";
import type { Scenario } from "./scenario.ts";

/** What the nodes do when Redis does not answer, and when it does again. */
export const backplanePartition: Scenario = {
  name: "backplane-partition",
  summary: "Redis does not answer for 5 s: what is refused, what is lost, and how soon all is well again",
  standsFor: "the network to the backplane is cut",
  lookAt: "publish failures, lost, back to normal",
  about:
    "Three nodes share a topic over Redis, which stands still for five seconds: connections to it stay open, and nothing comes. Nodes have " +
    "to notice, refuse what they can't publish, and go on when it answers again. Look at the refused publishes, at what was lost, and at how " +
    "soon the delivery latency was as before.",
  params: clusterParams({ least: 10, default: 12, at: "Redis stands still from 1.5 s to 6.5 s" }),
  plan: (params, seed) =>
    clusterPlan("backplane-partition", params, seed, [
      { kind: "backplane-pause", atMs: 1_500, forMs: 5_000 },
    ]),
};
