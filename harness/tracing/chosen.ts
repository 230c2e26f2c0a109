import type { Plan } from "../../scenarios/plan.ts";
import type { BodyHeader } from "../measurement/body.ts";
import { audiencesOf } from "../processes/audiences.ts";

/** One publish in so many is traced where it goes to one subscriber or a few, and where it goes to many. */
const ONE_IN = { few: 2, many: 4 };
/** Deliveries a publish from which on it goes to many. */
const MANY = 8;
/** Traced deliveries of a measured time, at the most; of a longer one fewer publishes are traced. */
const MOST_DELIVERIES = 20_000;
/** One place more than the intended time has in a header. */
const INTENDED_BOUND = 36 ** 7;

/** How a process names a traced publish: unique within a run, and the same in the server as in all load processes. */
export function traceKey({ publisher, intendedUs }: Pick<BodyHeader, "publisher" | "intendedUs">): number {
  return publisher * INTENDED_BOUND + intendedUs;
}

/** When the publish of that key was due, in microseconds since the phase's epoch. */
export function intendedOf(key: number): number {
  return key % INTENDED_BOUND;
}

/** Whether the publish is traced, where one in `every` is. By a hash, so that no publisher and no rhythm is preferred. */
export function isTraced({ measured, publisher, intendedUs }: BodyHeader, every: number): boolean {
  if (!measured || every === 0) return false;
  let bits = Math.imul(publisher + 1, 0x9e3779b1) ^ (intendedUs >>> 0);
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return ((bits ^ (bits >>> 16)) >>> 0) % every === 0;
}

/** One in how many publishes of the plan is traced; 0 for none, where something stands between server and clients. */
export function traceEvery(plan: Plan): number {
  const { traffic, phases, link, faults = [] } = plan;
  if (traffic.length === 0 || link || faults.length > 0) return 0;
  const audiences = audiencesOf(plan);
  const rate = traffic.reduce((sum, one) => sum + one.ratePerSecond, 0);
  const deliveriesPerSecond = traffic.reduce((sum, { to, ratePerSecond }) => {
    const subscribers = "topic" in to ? (audiences.get(to.topic)?.subscribers ?? 1) : 1;
    return sum + ratePerSecond * subscribers;
  }, 0);
  const least = deliveriesPerSecond >= MANY * rate ? ONE_IN.many : ONE_IN.few;
  const expected = (deliveriesPerSecond * phases.measureMs) / 1_000;
  return Math.max(least, Math.ceil(expected / MOST_DELIVERIES));
}
