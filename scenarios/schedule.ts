import { createRandom, randomInt } from "../core/random.ts";
import { type Plan, userId } from "./plan.ts";

/** One publish of a plan. */
export interface PlannedSend {
  /** Microseconds after the start of the warm-up, the silence before the measurement included. */
  readonly dueUs: number;
  readonly phase: "warmup" | "measure";
  /** Index of the publishing user, over all groups. */
  readonly publisher: number;
  readonly channel: string;
  readonly payloadCharacters: number;
}

/**
 * Every publish of the plan in order of time, made on the fly: the same for the same plan, whoever iterates. Warm-up and
 * measurement are two runs of the same arrival processes, with silence between.
 */
export function* schedule(plan: Plan): Generator<PlannedSend> {
  const { warmupMs, settleMs, measureMs } = plan.phases;
  yield* phase(plan, "warmup", plan.seed ^ 0x5eed, 0, warmupMs * 1_000);
  yield* phase(plan, "measure", plan.seed, (warmupMs + settleMs) * 1_000, measureMs * 1_000);
}

function* phase(
  plan: Plan,
  name: PlannedSend["phase"],
  seed: number,
  startUs: number,
  lengthUs: number,
): Generator<PlannedSend> {
  const streams = plan.traffic.map((traffic, index) => arrivals(plan, traffic, seed + index));
  const heads = streams.map((stream) => stream.next().value);
  for (;;) {
    let first = -1;
    for (const [index, head] of heads.entries()) {
      if (head && head.atUs < lengthUs && (first < 0 || head.atUs < (heads[first]?.atUs ?? 0))) first = index;
    }
    const head = heads[first];
    if (!head) return;
    yield {
      dueUs: startUs + Math.round(head.atUs),
      phase: name,
      publisher: head.publisher,
      channel: head.channel,
      payloadCharacters: head.payloadCharacters,
    };
    heads[first] = streams[first]?.next().value;
  }
}

interface Arrival {
  readonly atUs: number;
  readonly publisher: number;
  readonly channel: string;
  readonly payloadCharacters: number;
}

function* arrivals(
  plan: Plan,
  traffic: Plan["traffic"][number],
  seed: number,
): Generator<Arrival, undefined> {
  const random = createRandom(seed);
  const publishers = rangeOf(plan, traffic.from);
  const { to, payloadCharacters } = traffic;
  const meanGapUs = 1_000_000 / traffic.ratePerSecond;
  let atUs = traffic.arrivals === "poisson" ? -Math.log(1 - random()) * meanGapUs : 0;
  for (;;) {
    const publisher = publishers.first + randomInt(random, publishers.users);
    const channel = "topic" in to ? to.topic : otherUser(plan, to.randomUserOf, publisher, random);
    yield { atUs, publisher, channel, payloadCharacters };
    // A constant rate is multiplied out by the caller's clock in one step each, so no error builds up beyond rounding.
    atUs += traffic.arrivals === "poisson" ? -Math.log(1 - random()) * meanGapUs : meanGapUs;
  }
}

function otherUser(plan: Plan, groupName: string, publisher: number, random: () => number): string {
  const { first, users } = rangeOf(plan, groupName);
  const inGroup = publisher >= first && publisher < first + users;
  if (!inGroup) return `user/${userId(groupName, randomInt(random, users))}`;
  const drawn = randomInt(random, users - 1);
  return `user/${userId(groupName, drawn < publisher - first ? drawn : drawn + 1)}`;
}

function rangeOf(plan: Plan, groupName: string): { first: number; users: number } {
  let first = 0;
  for (const { name, users } of plan.groups) {
    if (name === groupName) return { first, users };
    first += users;
  }
  throw new RangeError(`there is no group ${groupName}`);
}
