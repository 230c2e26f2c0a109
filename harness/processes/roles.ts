import type { Plan } from "../../scenarios/plan.ts";
import { type PlannedUser, usersOf } from "../../scenarios/users.ts";

/**
 * What a load process does. `clients`: publishers and everybody who is not in the crowd. `probes`: a few of the crowd, who do what a
 * real subscriber's client does and whose latency is recorded. `sinks`: the rest of it, drained below the client.
 */
export type Role = "clients" | "probes" | "sinks";

/** One load process of a trial. */
export interface Part {
  readonly role: Role;
  /** It has every `of`th user of its role, beginning with this one. */
  readonly share: number;
  readonly of: number;
  /** Whether the plan's crowd is drained; without, all users are clients. */
  readonly drained: boolean;
}

/** Fewer subscribers are all measured, each through its client. */
const LEAST_CROWD = 30;
/** As many as there are steps in which users connect. */
export const PROBES = 5;
/** Has room for what is counted by. */
const SHORTEST_PAYLOAD = 32;

/**
 * Users who do nothing but receive the same notifications, so many that their clients would delay one another: those of one group
 * that gets all of the plan's traffic. None where a subscriber's story is told, as in faults.
 */
export function crowdOf(plan: Plan): readonly PlannedUser[] {
  const { groups, traffic, phases, link, faults = [], replayWindow = 0 } = plan;
  if (link || faults.length > 0 || replayWindow > 0 || phases.connectsAtOnce !== undefined) return [];
  const topics = new Set(traffic.map(({ to }) => ("topic" in to ? to.topic : "")));
  if (topics.size === 0 || traffic.some((one) => one.payloadCharacters < SHORTEST_PAYLOAD)) return [];
  let first = 0;
  for (const { name, users, follows, marksRead, apart } of groups) {
    const receives = follows.length === topics.size && follows.every((channel) => topics.has(channel));
    const alone = !marksRead && !apart && traffic.every(({ from }) => from !== name);
    if (users >= LEAST_CROWD && receives && alone) return usersOf(plan).slice(first, first + users);
    first += users;
  }
  return [];
}

/** The load processes of these plans: where one of them has a crowd that can be drained, one more for probes, and as many for sinks. */
export function partsOf(plans: readonly Plan[], loadProcesses: number, drainable: boolean): readonly Part[] {
  const drained = drainable && plans.some((plan) => crowdOf(plan).length > 0);
  const shares = (role: Role, of: number) =>
    Array.from({ length: of }, (_, share): Part => ({ role, share, of, drained }));
  return drained
    ? [...shares("clients", loadProcesses), ...shares("probes", 1), ...shares("sinks", loadProcesses)]
    : shares("clients", loadProcesses);
}

/** What the load process of that number does. */
export function partAt(parts: readonly Part[], number: number): Part {
  const part = parts[number];
  if (!part) throw new RangeError(`there is no load process ${number}`);
  return part;
}

/** The users of the plan that a load process runs. */
export function usersOfPart(plan: Plan, { role, share, of, drained }: Part): readonly PlannedUser[] {
  const crowd = drained ? crowdOf(plan) : [];
  if (crowd.length === 0)
    return role === "clients" ? usersOf(plan).filter(({ index }) => index % of === share) : [];
  const inCrowd = new Set(crowd.map(({ index }) => index));
  const ofRole = {
    clients: () => usersOf(plan).filter(({ index }) => !inCrowd.has(index)),
    probes: () => crowd.slice(0, PROBES),
    sinks: () => crowd.slice(PROBES),
  }[role]();
  return ofRole.filter((_, place) => place % of === share);
}
