import type { Plan } from "./plan.ts";
import { commonParams, commonPhases, type Param, type Params } from "./scenario.ts";

/** The parameters of scenarios in which users connect and nobody publishes. */
export function silentParams(connections: string, duration: Pick<Param, "default" | "min" | "about">) {
  const nobody = "without effect: nobody publishes";
  const common = commonParams({ connections: 500, rate: 0 }, { connections, rate: nobody });
  return {
    ...common,
    rate: { ...common.rate, min: 0 },
    // Fewer give no slope of memory over connections.
    connections: { ...common.connections, min: 60 },
    duration: { ...common.duration, ...duration },
  };
}

/** Users who follow their own channel, and no traffic; `phases` instead of the common ones. */
export function silentPlan(
  scenario: string,
  params: Params,
  seed: number,
  phases: Partial<Plan["phases"]>,
): Plan {
  return {
    version: 1,
    scenario,
    seed,
    loop: "open",
    groups: [{ name: "user", users: params.connections, follows: ["own"], marksRead: false }],
    traffic: [],
    phases: { ...commonPhases(params), warmupMs: 0, ...phases },
  };
}
