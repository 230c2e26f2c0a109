import { expect, test } from "vitest";
import {
  coverageOfInterval,
  falsePositivesOfBlocks,
  falsePositivesOfSequence,
  welchP,
} from "./simulation.ts";

/** Four standard deviations of a binomial share: a seed that misses it is one in 16,000. */
const band = (p: number, runs: number) => 4 * Math.sqrt((p * (1 - p)) / runs);

test.each(["none", "linear", "random-walk"] as const)(
  "in blocks, drift %s: one transport is told from itself in 5 %% of the runs",
  (drift) => {
    const share = falsePositivesOfBlocks({ seed: 1, runs: 4_000, drift });
    expect(Math.abs(share - 0.05)).toBeLessThan(band(0.05, 4_000));
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
  const share = coverageOfInterval({ seed: 4, runs: 1_000 });
  expect(share).toBeGreaterThan(0.93);
  expect(share).toBeLessThan(0.97);
});

test("the same seed gives the same share, another seed another", () => {
  const share = (seed: number) => falsePositivesOfBlocks({ seed, runs: 500 });
  expect(share(6)).toBe(share(6));
  expect(share(6)).not.toBe(share(7));
});

test("Welch's test on the sleep of Student 1908 is that of R: t = -1.8608, df = 17.776, p = 0.07939", () => {
  const a = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0];
  const b = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];
  expect(welchP(a, b)).toBeCloseTo(0.07939, 5);
});
