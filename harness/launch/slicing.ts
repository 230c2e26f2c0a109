import type { Plan } from "../../scenarios/plan.ts";
import type { Observation } from "../trial/observation.ts";

/** Length of a slice where the plan publishes often enough, and the longest it is drawn out to where it does not. */
const SLICE_MS = 500;
const LONGEST_SLICE_MS = 2_000;
/** A median of fewer says little; with fewer than the least nothing. */
const PUBLISHES_A_SLICE = 30;
const LEAST_PUBLISHES = 10;

/** Unmeasured traffic before each slice, so that what it measures is not how the processes wake up. */
export const LEAD_IN_MS = 100;

/** Why the plan is measured in one piece and not in slices; undefined when it can be sliced. */
export function whyInOnePiece(plan: Plan): string | undefined {
  const { traffic, faults = [], link, groups, phases, cluster } = plan;
  if (traffic.length === 0) return "nothing is published";
  if (faults.length > 0) return "its faults have fixed times";
  if (link) return "it has a link of its own";
  if (cluster) return "it has several nodes, and engines beside them";
  if (phases.connectsAtOnce !== undefined || groups.some(({ apart }) => apart))
    return "its connections are what is measured";
  if (publishesPerSecond(plan) * LONGEST_SLICE_MS < LEAST_PUBLISHES * 1_000)
    return "a slice would have too few publishes";
  return undefined;
}

/** How long a slice of the plan is. */
export function sliceMsOf(plan: Plan): number {
  const needed = Math.ceil((PUBLISHES_A_SLICE / publishesPerSecond(plan)) * 1_000);
  return Math.min(LONGEST_SLICE_MS, Math.max(SLICE_MS, needed));
}

/** How many slices the plan's measured time is in a launch. */
export function slicesOf(plan: Plan): number {
  return Math.max(1, Math.round(plan.phases.measureMs / sliceMsOf(plan)));
}

/** How many slices have as many publishes as a median needs: 30 on either side. */
export function slicesForMedian(plan: Plan): number {
  const inSlice = (publishesPerSecond(plan) * sliceMsOf(plan)) / 1_000;
  return Math.max(1, Math.ceil(60 / Math.max(inSlice, 1e-9)));
}

function publishesPerSecond({ traffic }: Plan): number {
  return traffic.reduce((sum, one) => sum + one.ratePerSecond, 0);
}

/** What a slice brought back, but for what is the same in all of them. */
export interface SliceObservation {
  readonly observed: Omit<Observation, "connectSeconds" | "connections" | "memorySteps" | "warmUp">;
  /** Which process of the others was not silent meanwhile. */
  readonly disturbance: string | undefined;
}
