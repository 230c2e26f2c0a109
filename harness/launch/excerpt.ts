import type { Plan } from "../../scenarios/plan.ts";

/** A part of a plan's traffic: the same arrival processes from a seed of its own. */
export interface Excerpt {
  readonly seed: number;
  readonly lengthMs: number;
  /** Ends after so many publishes, of all load processes together. */
  readonly sends?: number;
  /** How many times the plan's rate. */
  readonly speed?: number;
  /** The plan's own unless given. */
  readonly loop?: Plan["loop"];
  /** In a closed loop, how many publishes a load process may have unanswered at a time; default 1. */
  readonly inFlight?: number;
}

/** The plan whose phases are the excerpt. */
export function excerptOf(plan: Plan, { seed, lengthMs, speed = 1, loop = plan.loop }: Excerpt): Plan {
  return {
    ...plan,
    seed,
    loop,
    traffic: plan.traffic.map((one) => ({ ...one, ratePerSecond: one.ratePerSecond * speed })),
    phases: { ...plan.phases, warmupMs: lengthMs, measureMs: lengthMs },
  };
}
