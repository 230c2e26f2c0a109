import assert from "node:assert/strict";
import { test } from "vitest";
import { createRandom, randomInt, seedOf, shuffled } from "./random.ts";

test("the same seed gives the same numbers, another seed others", () => {
  const take = (seed: number) => Array.from({ length: 5 }, createRandom(seed));
  assert.deepEqual(take(1), take(1));
  assert.notDeepEqual(take(1), take(2));
});

test("numbers are uniform enough for a schedule", () => {
  const random = createRandom(42);
  const buckets = new Array<number>(10).fill(0);
  for (let i = 0; i < 100_000; i += 1) {
    const bucket = randomInt(random, 10);
    buckets[bucket] = (buckets[bucket] ?? 0) + 1;
  }
  // Chi-square with 9 degrees of freedom: 27.9 is its 99.9 % quantile.
  const chiSquare = buckets.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0);
  assert.ok(chiSquare < 27.9, `chi-square ${chiSquare}`);
});

test("shuffled() keeps every item and leaves the original alone", () => {
  const items = [1, 2, 3, 4, 5, 6, 7, 8];
  const mixed = shuffled(items, createRandom(3));
  assert.deepEqual([...mixed].sort(), items);
  assert.notDeepEqual(mixed, items);
  assert.deepEqual(items, [1, 2, 3, 4, 5, 6, 7, 8]);
});

test("a derived seed is the upper 31 bits of SplitMix64's first number, as its reference gives it", () => {
  assert.equal(seedOf(0), 0xe220_a839 >>> 1);
});

test("neighbouring seeds and places share no derived seed", () => {
  const seeds = Array.from({ length: 100 }, (_, seed) =>
    Array.from({ length: 20 }, (_, launch) => seedOf(seed, launch)),
  ).flat();
  assert.equal(new Set(seeds).size, seeds.length);
  assert.notEqual(seedOf(1, 2, 3), seedOf(1, 3, 2));
  assert.notEqual(seedOf(1, 2), seedOf(1, 2, 0));
  assert.notEqual(seedOf(1, "a", 12), seedOf(1, "a1", 2));
});

test("one bit of the seed or of the place turns about half of the derived seed's bits", () => {
  const turned = (a: number, b: number) =>
    [...((a ^ b) >>> 0).toString(2)].filter((bit) => bit === "1").length;
  const counts = Array.from({ length: 500 }, (_, seed) => [
    turned(seedOf(seed, 7), seedOf(seed ^ 1, 7)),
    turned(seedOf(7, seed), seedOf(7, seed ^ 1)),
  ]).flat();
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  // 15.5 of 31 on average; of 1,000 the mean has a standard deviation of 0.09.
  assert.ok(Math.abs(mean - 15.5) < 0.4, `${mean} bits`);
});
