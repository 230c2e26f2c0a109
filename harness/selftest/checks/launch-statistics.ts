import { setImmediate } from "node:timers/promises";
import { MEASURED_NOISES } from "../../statistics/launch-noise.ts";
import { lookErrors, simulateIntervals, simulatePower } from "../../statistics/launch-simulation.ts";
import { LOOKS } from "../../statistics/looks.ts";
import { type Check, findingOf } from "../check.ts";

const RUNS = 150;
const TRANSPORTS = 6;
const ROUNDS = 4;
const LEVEL = 0.05;
const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
/** Four standard deviations of a binomial share: a seed that misses it is one in 16,000. */
const bandOf = (share: number, runs: number) => 4 * Math.sqrt((share * (1 - share)) / runs);
const POWER_POINTS = 0.05;

/** Realistic noise, through the whole chain from slices to verdicts. */
export const launchStatistics: Check = {
  name: "statistics",
  proves: "on measured kinds of noise, equal transports are called different as rarely as 5 % promises",
  target:
    "family error <= 5 % of 150 simulated runs of each kind of noise, with one slice a launch and with four, and over four interim looks, coverage >= 93 %, power within 5 points of what is printed; each within its binomial band",
  timed: false,
  run: async ({ seed, signal, report }) => {
    const plan = { seed, runs: RUNS, transports: TRANSPORTS, rounds: ROUNDS };
    const families: number[] = [];
    const covered: number[] = [];
    for (const [name, noise] of Object.entries(MEASURED_NOISES)) {
      report(name);
      await setImmediate(undefined, { signal });
      // As many slices in a launch as a default run has, and a rigorous one.
      for (const rounds of [1, ROUNDS]) {
        const { familyError, coverage } = simulateIntervals({ ...plan, rounds, launches: 4, noise });
        families.push(familyError);
        covered.push(coverage);
      }
    }
    report("looks");
    await setImmediate(undefined, { signal });
    const noise = MEASURED_NOISES["processes 0 to 9 %, drift 12 %"] ?? failed();
    const { excluding: looked } = lookErrors({ ...plan, noise }, LOOKS);
    report("power");
    await setImmediate(undefined, { signal });
    const { printed, seen } = simulatePower({ ...plan, launches: 7, noise }, 1.15);
    const family = Math.max(...families);
    const coverage = Math.min(...covered);
    const powerBand = POWER_POINTS + bandOf(printed, RUNS);
    const passed =
      family <= LEVEL + bandOf(LEVEL, RUNS) &&
      mean(families) <= LEVEL + bandOf(LEVEL, RUNS * families.length) &&
      looked <= LEVEL + bandOf(LEVEL, RUNS) &&
      coverage >= 0.93 &&
      Math.abs(printed - seen) <= powerBand;
    return findingOf(
      passed,
      `family error ${percent(mean(families))}, at worst ${percent(family)}, over looks ${percent(looked)}; coverage ${percent(coverage)}; power ${percent(seen)} for ${percent(printed)}`,
      {
        familyErrorShare: mean(families),
        worstFamilyErrorShare: family,
        familyErrorOverLooksShare: looked,
        leastCoverageShare: coverage,
        printedPowerShare: printed,
        seenPowerShare: seen,
      },
    );
  },
};

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function failed(): never {
  throw new RangeError("that noise is not among the measured ones");
}
