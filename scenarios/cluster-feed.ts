import type { Cluster } from "./cluster.ts";
import { feed } from "./feed.ts";
import type { Fault, Plan } from "./plan.ts";
import { commonParams, commonPhases, type Params, type Scenario } from "./scenario.ts";

/** Three nodes behind the balancer that most guides name. */
export const THREE_NODES: Cluster = { nodes: 3, backplane: "redis", balancer: "haproxy" };

/** Of a feed on a cluster: the story is what befalls it. `least` and `default` are seconds to measure; `at` says when it happens. */
export function clusterParams(seconds: {
  readonly least: number;
  readonly default: number;
  readonly at: string;
}) {
  return {
    ...commonParams(
      { connections: 60, rate: 50 },
      { connections: "one publisher, the others subscribers", rate: "publishes to the topic" },
    ),
    duration: {
      default: seconds.default,
      min: seconds.least,
      max: 86_400,
      unit: "s",
      about: `time measured; ${seconds.at}`,
    },
  } satisfies Scenario["params"];
}

/** One publisher and its subscribers on three nodes that keep the last 1,000 notifications, and what befalls them. */
export function clusterPlan(
  name: string,
  params: Params,
  seed: number,
  faults: Fault[],
  cluster: Cluster = THREE_NODES,
): Plan {
  return {
    version: 1,
    scenario: name,
    seed,
    loop: "open",
    ...feed(params),
    phases: { ...commonPhases(params), drainTimeoutMs: 8_000 },
    replayWindow: 1_000,
    faults,
    cluster,
  };
}
