import { expect, test } from "vitest";
import {
  coverageOfInterval,
  falseAlarmsOfRun,
  falsePositivesOfBlocks,
  falsePositivesOfSequence,
  verdictsOfAA,
  welchP,
} from "./simulation.ts";

/** Four standard deviations of a binomial share: a seed that misses it is one in 16,000. */
const band = (p: number, runs: number) => 4 * Math.sqrt((p * (1 - p)) / runs);

test.each(["none", "linear", "random-walk"] as const)(
  "in blocks, drift %s: one wire is told from itself in 5 %% of the runs",
  (drift) => {
    // The sign-flip test of ten blocks can't be at 5 % exactly: 50 of its 1,024 patterns are 4.88 %.
    const rate = falsePositivesOfBlocks({ seed: 1, runs: 4_000, drift });
    expect(Math.abs(rate - 50 / 1_024)).toBeLessThan(band(0.05, 4_000));
  },
);

test.each(["linear", "random-walk"] as const)(
  "one after the other, %s drift: in more than 20 %%",
  (drift) => {
    expect(falsePositivesOfSequence({ seed: 2, runs: 1_000, drift })).toBeGreaterThan(0.2);
  },
);

test("one after the other, without drift: in 5 %, so that it is the drift that misleads", () => {
  expect(Math.abs(falsePositivesOfSequence({ seed: 3, runs: 4_000 }) - 0.05)).toBeLessThan(band(0.05, 4_000));
});

test("95 % intervals hold the truth in 93 to 97 % of 1,000 runs", () => {
  const rate = coverageOfInterval({ seed: 4, runs: 1_000 });
  expect(rate).toBeGreaterThan(0.93);
  expect(rate).toBeLessThan(0.97);
});

test("six wires that are the same: no pair different in 95 % of the runs, and most are called what they are", () => {
  const { pairs, runsWithDifference } = verdictsOfAA({ seed: 5, runs: 400 });
  expect(runsWithDifference).toBeLessThan(0.05);
  expect(pairs.tie).toBeGreaterThan(0.2);
  expect(pairs.tie + pairs.inconclusive + pairs.different).toBeCloseTo(1, 9);
  expect(pairs.unranked).toBe(0);
  expect(verdictsOfAA({ seed: 5, runs: 10, blocks: 9 }).pairs.unranked).toBe(1);
});

test("a wire is told from itself by one of eight figures in over a tenth of the runs, and judged together in under 5 %", () => {
  const simulation = { seed: 8, runs: 400 };
  expect(falseAlarmsOfRun(simulation, 8, "alone")).toBeGreaterThan(0.1);
  expect(falseAlarmsOfRun(simulation, 8, "together")).toBeLessThan(0.05);
});

test("the same seed gives the same rate, another seed another", () => {
  const rate = (seed: number) => falsePositivesOfBlocks({ seed, runs: 500 });
  expect(rate(6)).toBe(rate(6));
  expect(rate(6)).not.toBe(rate(7));
});

test("Welch's test on the sleep of Student 1908 is that of R: t = -1.8608, df = 17.776, p = 0.07939", () => {
  const a = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0];
  const b = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];
  expect(welchP(a, b)).toBeCloseTo(0.07939, 5);
});
