import type { Plan } from "../../scenarios/plan.ts";
import { lacksBreakdown } from "../breakdown/breakdown.ts";
import type { Results } from "../result/result.ts";
import type { PlannedTrial } from "./queue.ts";

/** What trials were thought to take, and took. */
export interface Spent {
  estimated: number;
  actual: number;
}

const OVERHEAD_SECONDS = 2.5;
/** As if so many seconds had already gone by plan: the first trials, or one that hung, don't turn the whole estimate. */
const PRIOR_SECONDS = 60;
/** Of a pass that tells what the bytes are for; with a look at silence it takes longer, without shorter. */
const ANATOMY_SECONDS = 3;

/** Of one trial, by its plan. */
export function estimateSeconds({ groups, phases }: Plan): number {
  const users = groups.reduce((sum, group) => sum + group.users, 0);
  const timedMs = phases.warmupMs + phases.settleMs + phases.measureMs;
  return OVERHEAD_SECONDS + users / phases.connectsPerSecond + timedMs / 1_000;
}

/** Seconds that are left, from the plans at first, then from how long trials have taken. */
export function estimate(
  trials: readonly PlannedTrial[],
  results: Results,
  seed: number,
  spent: Spent,
): number {
  const byPlan = trials.reduce((sum, { scenario }) => sum + estimateSeconds(scenario.plan(seed)), 0);
  const toDissect = trials
    .filter((planned) => lacksBreakdown(results, planned))
    .map(({ transport, scenario }) => `${transport.name} ${scenario.name}`);
  const pace = (PRIOR_SECONDS + spent.actual) / (PRIOR_SECONDS + spent.estimated);
  return byPlan * pace + ANATOMY_SECONDS * new Set(toDissect).size;
}
