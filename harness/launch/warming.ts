import { seedOf } from "../../core/random.ts";
import type { Plan } from "../../scenarios/plan.ts";
import { audiencesOf } from "../processes/audiences.ts";
import type { Excerpt } from "./excerpt.ts";

/** How a warm-up in a launch went. */
export interface LaunchWarmUp {
  readonly seconds: number;
  /** Publishes that it took. */
  readonly publishes: number;
  /** Change of the server's CPU per delivery from the last part but one to the last: -0.1 is 10 % down. */
  readonly cpuDrift: number;
  /** Whether the last part was not cheaper by more than the tolerance. */
  readonly warm: boolean;
  /** The server's CPU per delivery in the first part, in microseconds, where nothing else had warmed the process up. */
  readonly firstCpuUsPerDelivery?: number | undefined;
}

/** A part of the warm-up: so many deliveries, in so many publishes at least and at the most. */
const DELIVERIES = 2_500;
const PUBLISHES = { least: 25, most: 300 };
/** Parts before which nobody looks whether it is warm, since a JIT compiler takes its time and then its leaps; and beyond which it is not warmed any further. */
const PARTS = { least: 3, most: 6 };
/** Of a quick run, which shows that everything works. */
export const QUICK_PARTS = { least: 2, most: 2 };
const TOLERANCE = 0.05;
/** How many times the plan's rate, at the most: no more deliveries than so many are under way. */
const SPEED = 50;
const IN_FLIGHT = 100;
const LONGEST_MS = 10_000;

/**
 * Runs parts of equally many messages until the server's CPU per delivery of one is not 5 % under that of the part before, three at least and
 * six at the most. `run` runs one part and settles with its CPU per delivery.
 */
export async function warmUpBy(
  plan: Plan,
  run: (part: Excerpt) => Promise<number>,
  { least, most } = PARTS,
): Promise<LaunchWarmUp> {
  const beganMs = performance.now();
  const ofOne = deliveriesOfAPublish(plan);
  const sends = Math.min(PUBLISHES.most, Math.max(PUBLISHES.least, Math.ceil(DELIVERIES / ofOne)));
  const inFlight = Math.min(sends, Math.max(1, Math.round(IN_FLIGHT / ofOne)));
  const costs: number[] = [];
  let cpuDrift = 0;
  let warm = false;
  do {
    const seed = seedOf(plan.seed, "warm-up", costs.length);
    costs.push(await run({ seed, sends, lengthMs: LONGEST_MS, speed: SPEED, loop: "closed", inFlight }));
    const [before = 0, last = 0] = costs.slice(-2);
    cpuDrift = before === 0 ? 0 : last / before - 1;
    // What has become dearer is noise, or none of warming's business.
    warm = cpuDrift >= -TOLERANCE;
  } while (costs.length < least || (!warm && costs.length < most));
  return {
    seconds: (performance.now() - beganMs) / 1_000,
    publishes: sends * costs.length,
    cpuDrift,
    warm,
    ...(costs[0] === undefined ? {} : { firstCpuUsPerDelivery: costs[0] }),
  };
}

/** Of all kinds of traffic together, as often as each comes. */
function deliveriesOfAPublish(plan: Plan): number {
  const audiences = audiencesOf(plan);
  const rate = plan.traffic.reduce((sum, one) => sum + one.ratePerSecond, 0);
  const deliveries = plan.traffic.reduce((sum, { to, ratePerSecond }) => {
    const subscribers = "topic" in to ? (audiences.get(to.topic)?.subscribers ?? 0) : 1;
    return sum + ratePerSecond * subscribers;
  }, 0);
  return Math.max(deliveries / rate, 1e-9);
}
