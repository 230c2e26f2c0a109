import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { seedOf } from "../../core/random.ts";
import { orderOf, williamsRows } from "./order.ts";

describe("a Williams square", () => {
  for (const n of [1, 2, 3, 4, 5, 6, 7, 12]) {
    test(`of ${n} has each in each place, and each after each other, equally often`, () => {
      const rows = williamsRows(n);
      const places = new Map<string, number>();
      const successions = new Map<string, number>();
      for (const row of rows) {
        assert.deepEqual(
          row.toSorted((a, b) => a - b),
          Array.from({ length: n }, (_, index) => index),
        );
        for (const [at, value] of row.entries()) {
          const place = `${value} at ${at}`;
          places.set(place, (places.get(place) ?? 0) + 1);
          const next = row[at + 1];
          if (next !== undefined)
            successions.set(`${value} ${next}`, (successions.get(`${value} ${next}`) ?? 0) + 1);
        }
      }
      assert.equal(places.size, n * n);
      assert.equal(successions.size, n * (n - 1));
      assert.ok(new Set(places.values()).size === 1 && new Set(successions.values()).size <= 1);
    });
  }
});

test("the rounds of all launches go through whole squares, each in an order of its own", () => {
  const items = ["a", "b", "c", "d", "e", "f"];
  const square = (first: number, seed = 1) =>
    Array.from({ length: 6 }, (_, row) => orderOf(items, seed, "notify", first + row));
  for (const place of items.keys())
    assert.equal(new Set(square(0).map((row) => row[place])).size, items.length, `place ${place}`);
  assert.deepEqual(square(0), square(0));
  const shown = (rows: string[][]) => rows.map((row) => row.join("")).join(" ");
  assert.notEqual(shown(square(0)), shown(square(6)));
  assert.notEqual(shown(square(0)), shown(square(0, 2)));
  assert.notDeepEqual(orderOf(items, 1, "notify", 0), orderOf(items, 1, "fan-out", 0));
});

test("seeds of neighbouring runs and their launches are all different", () => {
  const seeds = Array.from({ length: 40 }, (_, seed) =>
    Array.from({ length: 40 }, (_, launch) => seedOf(seed, "plan", launch)),
  ).flat();
  assert.equal(new Set(seeds).size, seeds.length);
  assert.ok(seeds.every((seed) => Number.isInteger(seed) && seed >= 0 && seed <= 0x7fff_ffff));
  // What is written one after the other is not the same when it is cut elsewhere.
  assert.notEqual(seedOf(1, "a", 12), seedOf(1, "a1", 2));
});
