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

/** Draws of which a launch takes the one that evens out best who has met whom. */
const DRAWS = 100;

/**
 * The items in so many groups, whose sizes differ by one at most, drawn anew for each launch, and so that over the launches up to it any two were
 * side by side about equally often: what is compared should have had the same company.
 */
export function grouped<T>(items: readonly T[], groups: number, seed: number, launch: number): T[][] {
  if (groups === 1) return drawn(items, 1, seed, launch, 0);
  const met = new Map<string, number>();
  let best: number[][] = [];
  const places = items.map((_, place) => place);
  for (let past = 0; past <= launch; past += 1) {
    const draws = Array.from({ length: DRAWS }, (_, draw) => drawn(places, groups, seed, past, draw));
    const unevenness = draws.map((draw) => sum(pairsOf(draw).map((pair) => 2 * (met.get(pair) ?? 0) + 1)));
    best = draws[unevenness.indexOf(Math.min(...unevenness))] ?? [];
    for (const pair of pairsOf(best)) met.set(pair, (met.get(pair) ?? 0) + 1);
  }
  return best.map((group) => group.flatMap((place) => items.slice(place, place + 1)));
}

function drawn<T>(items: readonly T[], groups: number, seed: number, launch: number, draw: number): T[][] {
  const order = shuffled(items, createRandom(seedOf(seed, "groups", launch, ...(draw === 0 ? [] : [draw]))));
  return Array.from({ length: groups }, (_, group) => order.filter((_, index) => index % groups === group));
}

/** Each two that are in the same group. */
function pairsOf(groups: readonly (readonly number[])[]): string[] {
  return groups.flatMap((group) => group.flatMap((a) => group.flatMap((b) => (a < b ? [`${a} ${b}`] : []))));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
