import { expect, test } from "vitest";
import { compareAllPairs } from "./all-pairs.ts";
import { estimateOf } from "./estimate.ts";
import { simulateTails } from "./tail-simulation.test-fixture.ts";
import { launchTailValues, tailInterval } from "./tails.ts";

/** The exponential distribution: -ln(1 - share). */
const exponentialAt = (share: number) => -Math.log(1 - share);

test("their geometric mean is the merged quantile, and each lies where its launch's share puts it", () => {
  const beyond = [0.011, 0.009, 0.012, 0.008];
  const values = launchTailValues({ quantile: 0.99, valueAt: exponentialAt, beyond }).flatMap(
    (one) => one ?? [],
  );
  expect(estimateOf(values).value).toBeCloseTo(exponentialAt(0.99), 9);
  // Of the exponential distribution d ln Q / d share is 1 / ((1 - share) Q) = 21.7 at 0.99; a chord over it is a little steeper.
  const slope = Math.log((values[0] ?? 0) / (values[1] ?? 1)) / 0.002;
  expect(slope).toBeGreaterThan(21.7);
  expect(slope).toBeLessThan(25);
  expect(values.map((one) => one > exponentialAt(0.99))).toEqual([true, false, true, false]);
});

test("the interval is the merged distribution's at the ends of the shares' own", () => {
  const beyond = [0.011, 0.009, 0.012, 0.008];
  // Standard deviation 0.0018257, t(3) = 3.1824: half of it is 0.0029050.
  const { low = 0, high = 0 } = tailInterval({ quantile: 0.99, valueAt: exponentialAt, beyond }) ?? {};
  expect(low).toBeCloseTo(exponentialAt(0.99 - 0.002905), 4);
  expect(high).toBeCloseTo(exponentialAt(0.99 + 0.002905), 4);
});

test("launches that say too little have no interval", () => {
  const of = (beyond: number[]) => tailInterval({ quantile: 0.99, valueAt: exponentialAt, beyond });
  expect(of([0.04, 0, 0, 0])).toBeUndefined();
  expect(of([0.01])).toBeUndefined();
});

test("a launch that is missing stays missing; launches that agree have no spread", () => {
  const values = launchTailValues({
    quantile: 0.99,
    valueAt: exponentialAt,
    beyond: [0.01, undefined, 0.01],
  });
  expect(values).toEqual(
    [exponentialAt(0.99), undefined, exponentialAt(0.99)].map((one) => one && expect.closeTo(one, 9)),
  );
  expect(launchTailValues({ quantile: 0.99, valueAt: exponentialAt, beyond: [0.01] })).toEqual([
    expect.closeTo(exponentialAt(0.99), 9),
  ]);
});

test("a launch with all of its samples beyond still has a value", () => {
  const values = launchTailValues({ quantile: 0.99, valueAt: exponentialAt, beyond: [1, 0, 0, 0] });
  expect(values.every((one) => one !== undefined && Number.isFinite(one) && one > 0)).toBe(true);
  expect(compareAllPairs([values, [4, 4.1, 4.2, 4]]).pairs).toHaveLength(1);
});

test("intervals of p99 by four launches hold the truth in 93 to 97 %, and like transports are seldom told apart", {
  tags: ["full"],
  timeout: 60_000,
}, () => {
  const { coverage, familyError } = simulateTails({
    runs: 30,
    seed: 5,
    transports: 6,
    launches: 4,
    publishes: 800,
    quantile: 0.99,
    process: 0.05,
  });
  // 180 intervals: four standard deviations of 95 % are 6.5 points.
  expect(Math.abs(coverage - 0.95)).toBeLessThan(0.065);
  expect(familyError).toBeLessThan(0.05 + 4 * Math.sqrt((0.05 * 0.95) / 30));
});
