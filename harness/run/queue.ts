import { createRandom, randomInt, seedOf, shuffled } from "../../core/random.ts";
import type { Plan } from "../../scenarios/plan.ts";
import type { TransportEntry } from "../../transports/port/entry.ts";
import type { Trial } from "../result/result.ts";

/** A scenario as the harness needs it: its numbers are chosen, only the seed is open. */
export interface ReadyScenario {
  readonly name: string;
  readonly summary: string;
  readonly params: Readonly<Record<string, number>>;
  plan(seed: number): Plan;
}

/** The seed of a scenario's plan in a block. Neighbouring seeds of runs have no plan in common. */
export function planSeed(seed: number, block: number): number {
  return seedOf(seed, "plan", block);
}

/** A trial that is to be run. */
export interface PlannedTrial {
  readonly transport: TransportEntry;
  readonly scenario: ReadyScenario;
  readonly block: number;
  /** 2 when the first was invalid. */
  readonly attempt: number;
}

/**
 * Complete blocks, each in a random order of its own, so that slow drift falls on every transport alike: its scenarios in random order, and the
 * transports of each one after the other in random order, since transports are compared within a scenario and a machine changes from minute to minute.
 */
export function newQueue({
  transports,
  scenarios,
  blocks,
  seed,
}: {
  readonly transports: readonly TransportEntry[];
  readonly scenarios: readonly ReadyScenario[];
  readonly blocks: number;
  readonly seed: number;
}): PlannedTrial[] {
  return Array.from({ length: blocks }, (_, block) => {
    const random = createRandom(seedOf(seed, "order of a block", block));
    return shuffled(scenarios, random).flatMap((scenario) =>
      shuffled(transports, random).map((transport) => ({ transport, scenario, block, attempt: 1 })),
    );
  }).flat();
}

/** What earlier trials leave to be done of a planned trial: an invalid first attempt leaves the second. */
export function stillToRun(planned: PlannedTrial, kept: readonly Trial[]): PlannedTrial[] {
  const own = kept.filter(
    (trial) =>
      trial.transport === planned.transport.name &&
      trial.scenario === planned.scenario.name &&
      trial.block === planned.block,
  );
  if (own.length === 0) return [planned];
  const again = own.every((trial) => trial.state === "invalid" && trial.attempt === 1);
  return again ? [{ ...planned, attempt: 2 }] : [];
}

/** Puts a planned trial somewhere into what is left of its block, at random: at its end, drift would fall on what was disturbed. */
export function requeue(queue: PlannedTrial[], planned: PlannedTrial, random: () => number): void {
  const end = queue.findIndex((other) => other.block > planned.block);
  queue.splice(randomInt(random, (end < 0 ? queue.length : end) + 1), 0, planned);
}
