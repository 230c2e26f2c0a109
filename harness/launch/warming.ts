import { seedOf } from "../../core/random.ts";
import type { Plan } from "../../scenarios/plan.ts";
import { audiencesOf } from "../processes/audiences.ts";
import type { Excerpt } from "./excerpt.ts";

/** How a warm-up in a launch went. */
export interface LaunchWarmUp {
  readonly seconds: number;
  /** Publishes that it took. */
  readonly publishes: number;
  /** Change of the server's CPU per delivery from the first half to the second: -0.1 is 10 % down. */
  readonly cpuDrift: number;
  /** Whether the second half was within the tolerance of the first. */
  readonly warm: boolean;
  /** The server's CPU per delivery in the first part, in microseconds, where nothing else had warmed the process up. */
  readonly firstCpuUsPerDelivery?: number | undefined;
}

/** A part of the warm-up: so many deliveries, in so many publishes at least and at the most. */
const DELIVERIES = 2_000;
const PUBLISHES = { least: 50, most: 1_000 };
/** Parts beyond which it is not warmed any further: two halves, and each doubled once or twice. */
const MOST_PARTS = 4;
const TOLERANCE = 0.05;
/** How many times the plan's rate, at the most: the next publish waits for the answer to the one before. */
const SPEED = 50;
const LONGEST_MS = 10_000;

/**
 * Runs parts of equally many messages, twice as many each time, until the server's CPU per delivery of the second half is within 5 % of
 * the first or the limit is reached. `run` runs one part and settles with its CPU per delivery.
 */
export async function warmUpBy(plan: Plan, run: (part: Excerpt) => Promise<number>): Promise<LaunchWarmUp> {
  const beganMs = performance.now();
  const sends = publishesAPart(plan);
  const costs: number[] = [];
  const report = (): Omit<LaunchWarmUp, "seconds"> => {
    const half = costs.length / 2;
    const [first, second] = [mean(costs.slice(0, half)), mean(costs.slice(half))];
    const cpuDrift = first === 0 ? 0 : second / first - 1;
    const warm = Math.abs(cpuDrift) <= TOLERANCE;
    return { publishes: sends * costs.length, cpuDrift, warm, firstCpuUsPerDelivery: costs[0] ?? 0 };
  };
  for (let target = 2; target <= MOST_PARTS; target *= 2) {
    while (costs.length < target) {
      const seed = seedOf(plan.seed, "warm-up", costs.length);
      costs.push(await run({ seed, sends, lengthMs: LONGEST_MS, speed: SPEED, loop: "closed" }));
    }
    if (report().warm) break;
  }
  return { seconds: (performance.now() - beganMs) / 1_000, ...report() };
}

function publishesAPart(plan: Plan): number {
  const audiences = audiencesOf(plan);
  const rate = plan.traffic.reduce((sum, one) => sum + one.ratePerSecond, 0);
  const deliveries = plan.traffic.reduce((sum, { to, ratePerSecond }) => {
    const subscribers = "topic" in to ? (audiences.get(to.topic)?.subscribers ?? 0) : 1;
    return sum + ratePerSecond * subscribers;
  }, 0);
  const needed = Math.ceil((DELIVERIES * rate) / Math.max(deliveries, 1e-9));
  return Math.min(PUBLISHES.most, Math.max(PUBLISHES.least, needed));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
