import { createRandom, seedOf, shuffled } from "../../core/random.ts";
import type { Plan } from "../../scenarios/plan.ts";
import { partsOf } from "../processes/roles.ts";

/** Of a transport: its server, each of its load processes, and a user on both sides together; more than any was seen to take. */
const SERVER_BYTES = 120e6;
const LOAD_BYTES = 250e6;
const USER_BYTES = 150e3;
/** Left to the system and to this process. */
const RESERVE_BYTES = 300e6;

/** What the processes of all transports take when they stand at the same time, about. */
export function launchBytes(plans: readonly Plan[], transports: number, loadProcesses: number): number {
  const users = plans.flatMap(({ groups }) => groups).reduce((sum, { users: some }) => sum + some, 0);
  const loads = partsOf(plans, loadProcesses, true).length;
  return transports * (SERVER_BYTES + loads * LOAD_BYTES + users * USER_BYTES);
}

/** In how many groups a launch's transports have to be, so that those of one fit into the memory. */
export function groupsNeeded(bytes: number, transports: number, availableBytes: number): number {
  if (transports === 0) return 1;
  const room = Math.max(0, availableBytes - RESERVE_BYTES);
  const atOnce = Math.max(1, Math.floor((room * transports) / bytes));
  return Math.ceil(transports / Math.min(transports, atOnce));
}

/** The items in so many groups, whose sizes differ by one at most, drawn anew for each launch so that all meet in the end. */
export function grouped<T>(items: readonly T[], groups: number, seed: number, launch: number): T[][] {
  const drawn = shuffled(items, createRandom(seedOf(seed, "groups", launch)));
  return Array.from({ length: groups }, (_, group) => drawn.filter((_, index) => index % groups === group));
}
