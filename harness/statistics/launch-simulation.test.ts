import { expect, test } from "vitest";
import type { Interval } from "./estimate.ts";
import { MEASURED_NOISES } from "./launch-noise.ts";
import { lookErrors, simulateIntervals, simulatePower } from "./launch-simulation.ts";
import { LOOKS } from "./looks.ts";
import { maxTIntervals } from "./max-t.test-fixture.ts";
import { tukeyIntervals } from "./tukey.test-fixture.ts";
import type { LaunchValues } from "./two-way.ts";

const SIX = { transports: 6, rounds: 4 };
const UNLIKE = "processes 0 to 9 %, drift 12 %";
const noiseOf = (name: string) => {
  const noise = MEASURED_NOISES[name];
  if (!noise) throw new Error(`no noise ${name}`);
  return noise;
};
/** Those of all pairs of six whole transports, in order. */
const ofSix = (intervals: readonly Interval[]) => {
  const pairs = [0, 1, 2, 3, 4].flatMap((a) => [1, 2, 3, 4, 5].flatMap((b) => (b > a ? { a, b } : [])));
  return pairs.flatMap((pair, at) => {
    const interval = intervals[at];
    return interval ? { ...pair, interval } : [];
  });
};
const whole = (values: LaunchValues) => values.map((row) => row.map((one) => one ?? Number.NaN));
/** Four standard deviations of a binomial share above 5 %. */
const most = (runs: number) => 0.05 + 4 * Math.sqrt((0.05 * 0.95) / runs);

test("like transports on the noise of machines: told apart in at most 5 % of runs, their ratios held by 93 % of intervals", {
  timeout: 60_000,
}, () => {
  const runs = 60;
  const errors = Object.values(MEASURED_NOISES).map((noise) =>
    simulateIntervals({ ...SIX, noise, launches: 4, runs, seed: 2 }),
  );
  const family = errors.reduce((sum, { familyError }) => sum + familyError, 0) / errors.length;
  expect(family).toBeLessThan(most(runs * errors.length));
  expect(family).toBeGreaterThan(0.01);
  for (const { coverage } of errors) expect(coverage).toBeGreaterThan(0.93);
});

test("one noisy transport among quiet ones: Tukey's intervals miss far more often than the lab's", {
  timeout: 60_000,
}, () => {
  const noise = { ...noiseOf("calm"), slice: 0.01, process: [0.03, 0, 0, 0, 0, 0] };
  const simulation = { ...SIX, noise, launches: 6, runs: 120, seed: 4 };
  const [lab, tukey] = [
    simulateIntervals(simulation),
    simulateIntervals(simulation, (values) => ofSix(tukeyIntervals(values))),
  ];
  expect(tukey.familyError).toBeGreaterThan(0.075);
  expect(lab.familyError).toBeLessThan(most(120));
});

test("one far noisier transport among quiet ones: the others' intervals stay narrow, and miss no more often", {
  timeout: 60_000,
}, () => {
  const quiet = { ...noiseOf("calm"), slice: 0.03, process: [0, 0, 0, 0, 0, 0] };
  const simulation = { ...SIX, launches: 4, runs: 120, seed: 10 };
  const noisy = simulateIntervals({ ...simulation, noise: { ...quiet, process: [1, 0, 0, 0, 0, 0] } });
  const alike = simulateIntervals({ ...simulation, noise: quiet });
  expect(noisy.familyError).toBeLessThan(most(120));
  expect(noisy.coverage).toBeGreaterThan(0.93);
  expect(noisy.halfWidth).toBeLessThan(3 * alike.halfWidth);
});

test("true ratios are held as 1 is, and a resample of four launches gives intervals of no use", {
  timeout: 60_000,
}, () => {
  const simulation = { ...SIX, noise: noiseOf("calm"), launches: 4, runs: 15, seed: 5 };
  const truth = [1, 1.1, 1.3, 1.6, 2, 5];
  const [one, other] = [simulateIntervals(simulation), simulateIntervals({ ...simulation, truth })];
  expect(other.familyError).toBe(one.familyError);
  const resampled = simulateIntervals(simulation, (values, random) =>
    ofSix(maxTIntervals(whole(values), random, { draws: 99 })),
  );
  expect(resampled.halfWidth).toBeGreaterThan(5 * one.halfWidth);
});

test("four looks that are paid for keep 5 %, four that are not don't", { timeout: 60_000 }, () => {
  const simulation = { ...SIX, noise: noiseOf(UNLIKE), runs: 60, seed: 6 };
  const [paid, unpaid] = [lookErrors(simulation, LOOKS), lookErrors(simulation, LOOKS, false)];
  expect(paid.excluding).toBeLessThan(most(60));
  expect(paid.different).toBeLessThanOrEqual(paid.excluding);
  expect(unpaid.excluding).toBeGreaterThan(paid.excluding);
});

test("the power that is printed is the share of runs that tell", { timeout: 60_000 }, () => {
  const runs = 120;
  const { printed, seen } = simulatePower(
    { ...SIX, noise: noiseOf(UNLIKE), launches: 7, runs, seed: 7 },
    1.15,
  );
  expect(Math.abs(printed - seen)).toBeLessThan(0.05 + 4 * Math.sqrt((printed * (1 - printed)) / runs));
});

test("the same seed gives the same errors, another seed others", { timeout: 60_000 }, () => {
  const errors = (seed: number) =>
    simulateIntervals({ ...SIX, noise: noiseOf("calm"), launches: 4, runs: 20, seed });
  expect(errors(1)).toEqual(errors(1));
  expect(errors(1)).not.toEqual(errors(2));
});

const CASES = Object.keys(MEASURED_NOISES).flatMap((name) =>
  LOOKS.map((launches) => [name, launches] as const),
);
test.each(CASES)(
  "%s, %i launches: 5 % of 1,000 runs at most",
  { timeout: 300_000, tags: ["full", "release"] },
  (name, launches) => {
    const { familyError, coverage } = simulateIntervals({
      ...SIX,
      noise: noiseOf(name),
      launches,
      runs: 1_000,
      seed: 8,
    });
    expect(familyError).toBeLessThan(most(1_000));
    expect(coverage).toBeGreaterThan(0.93);
  },
);

test.each(
  Object.keys(MEASURED_NOISES).flatMap((name) => [4, 6].map((launches) => [name, launches] as const)),
)(
  "%s, %i launches of one slice, as by default: 5 % of 1,000 runs at most",
  { timeout: 300_000, tags: ["full"] },
  (name, launches) => {
    const noise = noiseOf(name);
    const { familyError, coverage } = simulateIntervals({
      ...SIX,
      rounds: 1,
      noise,
      launches,
      runs: 1_000,
      seed: 12,
    });
    expect(familyError).toBeLessThan(most(1_000));
    expect(coverage).toBeGreaterThan(0.93);
  },
);

test("of transports that are the same, the power to call them equal is the share of runs that do", {
  timeout: 60_000,
}, () => {
  const runs = 120;
  const noise = { ...noiseOf("calm"), slice: 0.05 };
  const { printed, seen } = simulatePower({ ...SIX, noise, launches: 7, runs, seed: 13 }, 1);
  expect(printed).toBeGreaterThan(0.1);
  expect(printed).toBeLessThan(0.95);
  expect(Math.abs(printed - seen)).toBeLessThan(0.05 + 4 * Math.sqrt((printed * (1 - printed)) / runs));
});

test.each(Object.keys(MEASURED_NOISES))(
  "%s, all looks: 5 % of 1,000 runs at most",
  { timeout: 600_000, tags: ["full", "release"] },
  (name) => {
    const { excluding } = lookErrors({ ...SIX, noise: noiseOf(name), runs: 1_000, seed: 9 }, LOOKS);
    expect(excluding).toBeLessThan(most(1_000));
  },
);
