import { expect, test } from "vitest";
import { compareAllPairs } from "./all-pairs.ts";
import { exponential, momentsOf, tInterval } from "./estimate.ts";
import { verdictOf } from "./pair-verdict.ts";
import { tQuantile } from "./student.ts";

/** Three transports with four launches whose logarithms are round numbers. */
const LOGS = [
  [0.1, 0.0, -0.1, 0.0],
  [0.3, 0.4, 0.3, 0.2],
  [0.0, 0.1, 0.2, 0.1],
];
const values = (logs: readonly (readonly (number | undefined)[])[]) =>
  logs.map((row) => row.map((one) => (one === undefined ? one : Math.exp(one))));

test("two transports have Student's paired interval, whatever their noise", () => {
  const [a, b] = [
    [1, 1.2, 0.9, 1.1],
    [2, 2.1, 1.9, 2.5],
  ];
  const { pairs, variances } = compareAllPairs([a, b]);
  const { mean, sd } = momentsOf(a.map((value, at) => Math.log(value / (b[at] ?? Number.NaN))));
  const [paired95, paired90] = [0.95, 0.9].map((level) => exponential(tInterval(mean, sd, 4, level)));
  expect(variances).toBe("moderated");
  expect(pairs).toHaveLength(1);
  expect(pairs[0]).toMatchObject({
    a: 0,
    b: 1,
    ratio: expect.closeTo(Math.exp(mean), 9),
    dof: 3,
    launches: 4,
  });
  expect(pairs[0]?.interval.low).toBeCloseTo(paired95?.low ?? 0, 6);
  expect(pairs[0]?.interval.high).toBeCloseTo(paired95?.high ?? 0, 6);
  expect(pairs[0]?.equalityInterval.low).toBeCloseTo(paired90?.low ?? 0, 6);
});

test("three transports: variances by Grubbs, drawn halfway to the pooled one, by hand", () => {
  const { pairs } = compareAllPairs(values(LOGS));
  // Differences 0-1: -0.2 -0.4 -0.4 -0.2 (variance 1/75), 0-2: 0.1 -0.1 -0.3 -0.1 (2/75), 1-2: 0.3 0.3 0.1 0.1 (1/75);
  // they are sums of two: alone 1/75, 0 and 1/75, and pooled a third of all three.
  const pooled = (1 / 75 + 2 / 75 + 1 / 75) / 6;
  const drawn = [1 / 75, 0, 1 / 75].map((alone) => (alone + pooled) / 2);
  const error = (a: number, b: number) => Math.sqrt(((drawn[a] ?? 0) + (drawn[b] ?? 0)) / 4);
  expect(pairs.map(({ standardError }) => standardError)).toEqual(
    [error(0, 1), error(0, 2), error(1, 2)].map((one) => expect.closeTo(one, 9)),
  );
  const [first] = pairs;
  expect(first?.meanLog).toBeCloseTo(-0.3, 9);
  // Sidak's 1 - 0.95^(1/3) = 0.01695 a pair.
  const half = tQuantile(1 - 0.016952 / 2, first?.dof ?? 0) * error(0, 1);
  expect(Math.log(first?.interval.high ?? 0)).toBeCloseTo(-0.3 + half, 4);
});

test("a slice that is missing widens intervals and takes no pair away", () => {
  const whole = compareAllPairs(values(LOGS)).pairs;
  const holed = compareAllPairs(
    values(LOGS.map((row, at) => row.map((one, l) => (at === 0 && l === 3 ? undefined : one)))),
  ).pairs;
  expect(holed.map(({ launches }) => launches)).toEqual([3, 3, 4]);
  expect(holed).toHaveLength(whole.length);
  expect(holed[0]?.dof).toBeLessThan(whole[0]?.dof ?? 0);
});

test("pairs with fewer than three launches in common are not compared, and don't count in the family", () => {
  const { pairs } = compareAllPairs(values([...LOGS, [1, 2, undefined, undefined]]));
  expect(pairs.map(({ a, b }) => `${a} ${b}`)).toEqual(["0 1", "0 2", "1 2"]);
  expect(pairs[0]?.interval).toEqual(compareAllPairs(values([...LOGS, []])).pairs[0]?.interval);
  expect(
    compareAllPairs([
      [1, 2],
      [2, 3],
    ]).pairs,
  ).toEqual([]);
  expect(compareAllPairs([]).pairs).toEqual([]);
});

test("a value without a logarithm leaves its transport out, not the run", () => {
  for (const bad of [0, -1, Number.NaN, Number.POSITIVE_INFINITY])
    expect(compareAllPairs([...values(LOGS), [1, 1, bad, 1]]).pairs).toHaveLength(3);
});

test("where variances differ beyond chance each pair has its own, so that a noisy transport doesn't hide what quiet ones show", () => {
  const zigzag = (size: number, at: number) =>
    Array.from({ length: 14 }, (_, l) => size * Math.cos(7 * at + l * (at + 1)));
  const logs = [zigzag(1, 0), zigzag(0.01, 1), zigzag(0.01, 2), zigzag(0.01, 3)];
  const found = compareAllPairs(values(logs));
  expect(found.variances).toBe("per pair");
  expect(found.sameVarianceP).toBeLessThan(0.05);
  const width = (at: number) => (found.pairs[at]?.interval.high ?? 0) / (found.pairs[at]?.interval.low ?? 1);
  expect(width(0)).toBeGreaterThan(1.5);
  expect(width(5)).toBeLessThan(1.05);
  expect(found.pairs[5]?.dof).toBe(13);
});

test("one transport that is far noisier than the others takes nothing from what four launches show of them", () => {
  // Medians of fan-out in ms, as they were measured: long polling, the fourth, was near its limit.
  const run = [
    [2.49, 2.49, 2.5, 2.42],
    [2.85, 2.64, 3.3, 3.4],
    [3.11, 3.68, 3.5, 3.45],
    [17.4, 75, 3.69, 10.6],
    [3.82, 4.07, 4.16, 4.12],
    [3.01, 3.03, 3.2, 3.05],
  ];
  const { pairs, variances } = compareAllPairs(run);
  expect(variances).toBe("moderated");
  const verdicts = (one: number) =>
    pairs.filter(({ a, b }) => a === one || b === one).map((pair) => verdictOf(pair));
  expect(verdicts(3)).toEqual(Array(5).fill("inconclusive"));
  // As if it had not been there, but for the family, which counts its pairs.
  const without = compareAllPairs(run.filter((_, at) => at !== 3)).pairs;
  const others = pairs.filter(({ a, b }) => a !== 3 && b !== 3);
  expect(others.map(({ standardError, dof }) => [standardError, dof])).toEqual(
    without.map(({ standardError, dof }) => [standardError, dof]),
  );
  expect(verdicts(0)[3]).toBe("different");
});

test("a stricter level widens intervals, the equality interval is the narrower one", () => {
  const [wide] = compareAllPairs(values(LOGS), 0.02).pairs;
  const [pair] = compareAllPairs(values(LOGS)).pairs;
  expect(wide?.interval.high).toBeGreaterThan(pair?.interval.high ?? 9);
  expect(pair?.equalityInterval.high).toBeLessThan(pair?.interval.high ?? 0);
});

test("figures without any noise have intervals of no width, and are told", () => {
  const { pairs, variances } = compareAllPairs([
    [100, 100, 100, 100],
    [100, 100, 100, 100],
    [130, 130, 130, 130],
  ]);
  expect(variances).toBe("moderated");
  expect(pairs.map((pair) => verdictOf(pair))).toEqual(["practically equal", "different", "different"]);
  for (const { interval, ratio } of pairs) {
    expect(interval.low).toBeCloseTo(ratio, 9);
    expect(interval.high).toBeCloseTo(ratio, 9);
  }
  const noisy = compareAllPairs([
    [100, 100, 100, 100],
    [100, 100, 100, 100],
    [130, 131, 129, 130],
  ]);
  expect(noisy.pairs.map((pair) => verdictOf(pair))).toEqual(["practically equal", "different", "different"]);
});
