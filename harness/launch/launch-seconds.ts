import type { Plan } from "../../scenarios/plan.ts";
import { LEAD_IN_MS, sliceMsOf, slicesOf } from "./slicing.ts";

/** For all of them, and of each: to start its processes, to connect its users, to warm a scenario up, and what a slice takes beside its time. */
const START_SECONDS = 1.5;
const SECONDS_EACH = 1.3;
const SECONDS_A_USER = 0.0025;
/** Round trips that a user's connection and warm-up wait for, as far as other users' don't overlap with them. */
const ROUND_TRIPS_A_USER = 0.17;
const WARM_UP_SECONDS = 0.9;
const SLICE_SECONDS = 0.08;

/** What a slice takes longer that is begun by a timetable, which has to wait for the slowest. */
const SCHEDULED_SECONDS = 0.25;

/** About how long a launch takes; `scheduled` where agents run the load. */
export function launchSeconds(plans: readonly Plan[], transports: number, scheduled = false): number {
  const each = plans.reduce((sum, plan) => {
    const users = plan.groups.reduce((total, group) => total + group.users, 0);
    const slice =
      (LEAD_IN_MS + sliceMsOf(plan)) / 1_000 + SLICE_SECONDS + (scheduled ? SCHEDULED_SECONDS : 0);
    const roundTripSeconds = (2 * (plan.link?.delayMs ?? 0)) / 1_000;
    const user = SECONDS_A_USER + ROUND_TRIPS_A_USER * roundTripSeconds;
    return sum + users * user + WARM_UP_SECONDS + slicesOf(plan) * slice;
  }, SECONDS_EACH);
  return START_SECONDS + transports * each;
}
