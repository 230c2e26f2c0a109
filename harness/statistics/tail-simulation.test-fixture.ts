import { createRandom } from "../../core/random.ts";
import { compareAllPairs } from "./all-pairs.ts";
import { standardNormal } from "./normal.ts";
import { launchTailValues, type MergedTail, tailInterval } from "./tails.ts";

/** Runs of transports that are all the same, of which a tail quantile is looked at. */
export interface TailSimulation {
  readonly runs: number;
  readonly seed: number;
  readonly transports: number;
  readonly launches: number;
  /** Publishes of a transport in a launch. */
  readonly publishes: number;
  /** 0.99 or 0.999. */
  readonly quantile: number;
  /** Standard deviation of a process from another, on the log scale. */
  readonly process: number;
}

/** One publish in fifty meets a pause, as of garbage collection, of four times the median latency on average. */
const PAUSED = 0.02;
const PAUSE = 4;
const SPREAD = 0.4;

export interface TailErrors {
  /** The share of transports whose launches say too little for an interval. */
  readonly without: number;
  /** The share of the intervals that hold the true quantile. */
  readonly coverage: number;
  /** The share of runs that tell even one pair apart. */
  readonly familyError: number;
}

/** How intervals of a tail quantile do. */
export function simulateTails(simulation: TailSimulation): TailErrors {
  const { runs, transports, launches, seed } = simulation;
  const random = createRandom(seed);
  const truth = trueQuantile(simulation, random);
  const found = Array.from({ length: runs }, () => {
    const tails = Array.from({ length: transports }, () =>
      tailOf(
        Array.from({ length: launches }, () => latencies(simulation, random)),
        simulation.quantile,
      ),
    );
    const intervals = tails.flatMap((tail) => tailInterval(tail) ?? []);
    return {
      given: intervals.length,
      held: intervals.filter(({ low, high }) => low <= truth && truth <= high).length,
      distinguished: compareAllPairs(tails.map(launchTailValues)).pairs.some(
        ({ interval: { low, high } }) => low > 1 || high < 1,
      ),
    };
  });
  const given = found.reduce((sum, one) => sum + one.given, 0);
  return {
    without: 1 - given / (runs * transports),
    coverage: found.reduce((sum, { held }) => sum + held, 0) / given,
    familyError: found.filter(({ distinguished }) => distinguished).length / runs,
  };
}

function tailOf(byLaunch: readonly (readonly number[])[], quantile: number): MergedTail {
  const sorted = Float64Array.from(byLaunch.flat()).sort();
  const valueAt = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
  const merged = valueAt(quantile);
  const beyond = byLaunch.map((values) => values.filter((value) => value > merged).length / values.length);
  return { quantile, valueAt, beyond };
}

function latencies({ publishes, process }: TailSimulation, random: () => number): number[] {
  const own = process * standardNormal(random);
  return Array.from({ length: publishes }, () => {
    const pause = random() < PAUSED ? -Math.log(1 - random()) * PAUSE : 0;
    return Math.exp(own) * (Math.exp(SPREAD * standardNormal(random)) + pause);
  });
}

/** Of more launches than anyone measures. */
function trueQuantile(simulation: TailSimulation, random: () => number): number {
  const many = Array.from({ length: 2_000 }, () => latencies({ ...simulation, publishes: 500 }, random));
  const sorted = Float64Array.from(many.flat()).sort();
  return sorted[Math.ceil(simulation.quantile * sorted.length) - 1] ?? Number.NaN;
}
