/// <reference path="./jstat.d.ts" />
import jStat from "jstat";
import { createRandom } from "../../core/random.ts";
import { compareAllPairs, type PairEstimate } from "./all-pairs.ts";
import { medianOf } from "./estimate.ts";
import { type SimulatedPlan, simulatedRun } from "./launch-noise.ts";
import { lookLevels } from "./looks.ts";
import { verdictOf } from "./pair-verdict.ts";
import { powerAt } from "./power.ts";
import type { LaunchValues } from "./two-way.ts";

export interface LaunchSimulation extends SimulatedPlan {
  readonly runs: number;
  readonly seed: number;
}

/** Intervals of the ratios of a run, of those pairs that can be compared. */
export type AllIntervals = (
  values: LaunchValues,
  random: () => number,
) => readonly Pick<PairEstimate, "a" | "b" | "interval">[];

/** What `compareAllPairs` gives. */
const labIntervals: AllIntervals = (values) => compareAllPairs(values).pairs;

export interface IntervalErrors {
  /** The share of runs in which even one interval misses the true ratio: at most 5 % nominal. */
  readonly familyError: number;
  /** The share of all intervals that hold the true ratio. */
  readonly coverage: number;
  /** Half the width of the interval in the middle, as a share of its ratio. */
  readonly halfWidth: number;
}

/** How the intervals of a method do. */
export function simulateIntervals(
  simulation: LaunchSimulation,
  method: AllIntervals = labIntervals,
): IntervalErrors {
  const truth = (at: number) => simulation.truth?.[at] ?? 1;
  const runs = simulated(simulation, (values, random) => {
    const pairs = method(values, random);
    return {
      pairs: pairs.length,
      missed: pairs.filter(({ a, b, interval: { low, high } }) => !within(truth(a) / truth(b), low, high))
        .length,
      halves: pairs.map(({ interval: { low, high } }) => Math.sqrt(high / low) - 1),
    };
  });
  const sum = (of: "pairs" | "missed") => runs.reduce((all, run) => all + run[of], 0);
  return {
    familyError: runs.filter((run) => run.missed > 0).length / runs.length,
    coverage: 1 - sum("missed") / sum("pairs"),
    halfWidth: medianOf(runs.flatMap(({ halves }) => (halves.length > 0 ? medianOf(halves) : []))),
  };
}

/**
 * The share of runs of transports that are all the same in which even one pair is called different at any of the looks, and that in which even one
 * interval excludes 1; `spend` is whether looks are paid for.
 */
export function lookErrors(
  simulation: Omit<LaunchSimulation, "launches">,
  looks: readonly number[],
  spend = true,
): { readonly excluding: number; readonly different: number } {
  const most = Math.max(...looks);
  const levels = lookLevels(looks, most);
  const runs = simulated({ ...simulation, launches: most }, (values) => {
    const found = looks.flatMap((launches, look) =>
      compareAllPairs(
        values.map((row) => row.slice(0, launches)),
        spend ? levels[look] : 0.05,
      ).pairs.map((pair) => ({
        excluding: !within(1, pair.interval.low, pair.interval.high),
        different: verdictOf(pair) === "different",
      })),
    );
    return { excluding: found.some((one) => one.excluding), different: found.some((one) => one.different) };
  });
  const share = (what: "excluding" | "different") => runs.filter((run) => run[what]).length / runs.length;
  return { excluding: share("excluding"), different: share("different") };
}

export interface SimulatedPower {
  /** What the lab prints from the true effect and the noise that it finds in an ordinary run. */
  readonly printed: number;
  /** The share of runs that tell. */
  readonly seen: number;
}

/** The power to call the first transport, `ratio` times the second, different or, within the margin, practically equal. */
export function simulatePower(simulation: LaunchSimulation, ratio: number): SimulatedPower {
  const truth = [ratio, ...Array.from({ length: simulation.transports - 1 }, () => 1)];
  const verdict = Math.abs(Math.log(ratio)) > Math.log(1.05) ? "different" : "practically equal";
  const runs = simulated({ ...simulation, truth }, (values) => {
    const pair = compareAllPairs(values).pairs[0];
    return { pair, distinguished: pair !== undefined && verdictOf(pair) === verdict };
  });
  const found = runs.flatMap(({ pair }) => pair ?? []);
  const { launches } = simulation;
  const meanLog = Math.log(ratio);
  const dof = medianOf(found.map((pair) => pair.dof));
  // The variance of a run in the middle, less what the median of a chi-square lacks to its mean.
  const middle = medianOf(found.map((pair) => pair.standardError ** 2));
  const standardError = Math.sqrt((middle * dof) / jStat.chisquare.inv(0.5, dof));
  const pairs = pairIndexes(simulation.transports).length;
  return {
    printed: powerAt({ meanLog, standardError, dof, launches }, launches, verdict, { pairs }),
    seen: runs.filter(({ distinguished }) => distinguished).length / runs.length,
  };
}

/** Runs one after the other from one stream of random numbers. */
function simulated<T>(
  { runs, seed, ...plan }: LaunchSimulation,
  look: (values: (number | undefined)[][], random: () => number) => T,
): T[] {
  const random = createRandom(seed);
  return Array.from({ length: runs }, () => look(simulatedRun(plan, random), random));
}

function pairIndexes(transports: number): [number, number][] {
  return Array.from({ length: transports }, (_, a) =>
    Array.from({ length: transports - a - 1 }, (_, index): [number, number] => [a, a + 1 + index]),
  ).flat();
}

function within(value: number, low: number, high: number): boolean {
  return low <= value && value <= high;
}
