import assert from "node:assert/strict";
import { test } from "vitest";
import { createRandom, randomInt, shuffled } from "./random.ts";

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
