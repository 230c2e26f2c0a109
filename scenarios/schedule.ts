import { createRandom, randomInt, seedOf } from "../core/random.ts";
import type { Plan } from "./plan.ts";
import { userId } from "./users.ts";

/** The parts of a trial with traffic in them. */
export type Phase = "warmup" | "measure";

/** One publish of a plan. */
export interface PlannedSend {
  /** Microseconds after the start of its phase. */
  readonly dueUs: number;
  /** Index of the publishing user, over all groups. */
  readonly publisher: number;
  readonly channel: string;
  readonly payloadCharacters: number;
}

/**
 * Every publish of one phase in order of time, made on the fly: the same for the same plan, whoever iterates. Warm-up and
 * measurement are two runs of the same arrival processes, so the measured part does not depend on how long the warm-up was.
 */
export function* schedule(plan: Plan, phase: Phase): Generator<PlannedSend> {
  const { warmupMs, measureMs } = plan.phases;
  const lengthUs = (phase === "warmup" ? warmupMs : measureMs) * 1_000;
  const streams = plan.traffic.map((traffic, index) =>
    arrivals(plan, traffic, seedOf(plan.seed, phase, index)),
  );
  const heads = streams.map((stream) => stream.next().value);
  for (;;) {
    let first = -1;
    for (const [index, head] of heads.entries()) {
      if (head && head.atUs < lengthUs && (first < 0 || head.atUs < (heads[first]?.atUs ?? 0))) first = index;
    }
    const head = heads[first];
    if (!head) return;
    const { atUs, publisher, channel, payloadCharacters } = head;
    yield { dueUs: Math.round(atUs), publisher, channel, payloadCharacters };
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
  const gapUs = gapsOf(traffic.arrivals, meanGapUs, random);
  let atUs = traffic.arrivals === "poisson" ? gapUs(0) : 0;
  for (let index = 1; ; index += 1) {
    const publisher = publishers.first + randomInt(random, publishers.users);
    const channel = "topic" in to ? to.topic : otherUser(plan, to.randomUserOf, publisher, random);
    yield { atUs, publisher, channel, payloadCharacters };
    atUs += gapUs(index);
  }
}

/** The time before arrival `index`; whatever the process, the mean rate is the same. */
function gapsOf(
  arrivals: Plan["traffic"][number]["arrivals"],
  meanGapUs: number,
  random: () => number,
): (index: number) => number {
  if (arrivals === "constant") return () => meanGapUs;
  if (arrivals === "poisson") return () => -Math.log(1 - random()) * meanGapUs;
  const { burstOf } = arrivals;
  return (index) => (index % burstOf === 0 ? burstOf * meanGapUs : 0);
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
