import type { Results } from "../../harness/result/result.ts";
import type { ReadyScenario } from "../../harness/run/queue.ts";
import { planSchema } from "../../scenarios/plan.ts";
import type { ParamName, Params, Scenario } from "../../scenarios/scenario.ts";
import { usage } from "../process/failure.ts";

/** What a run changes in the plans of all its scenarios. */
export type Traffic = Pick<Results, "loop" | "arrivals" | "link" | "cluster">;

export const PARAM_NAMES: readonly ParamName[] = ["connections", "rate", "payload", "duration", "warmup"];

/** What the parameter is where nobody says. */
export function defaultOf(scenario: Scenario, name: ParamName): number {
  return scenario.params[name].default;
}

/** A scenario with all its parameters, whose plan is known to be valid; a usage failure where it is not. */
export function ready(
  scenario: Scenario,
  values: Readonly<Record<string, number>>,
  { loop, arrivals, link = null, cluster = null }: Traffic,
): ReadyScenario {
  const value = (name: ParamName) => values[name] ?? defaultOf(scenario, name);
  const params: Params = {
    connections: value("connections"),
    rate: value("rate"),
    payload: value("payload"),
    duration: value("duration"),
    warmup: value("warmup"),
  };
  const planOf = (seed: number) => {
    const plan = scenario.plan(params, seed);
    const traffic = plan.traffic.map((one) => ({ ...one, ...(arrivals ? { arrivals } : {}) }));
    return { ...plan, loop, traffic, ...(link ? { link } : {}), ...(cluster ? { cluster } : {}) };
  };
  // Parsed once here, so that a plan that can't be is an error of usage and not of a trial.
  const checked = planSchema.safeParse(planOf(0));
  if (!checked.success)
    throw usage(`scenario ${scenario.name}: ${checked.error.issues[0]?.message}`, checked.error);
  return {
    name: scenario.name,
    summary: scenario.summary,
    params: { ...params },
    plan: (seed) => planSchema.parse(planOf(seed)),
  };
}
