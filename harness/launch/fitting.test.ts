import assert from "node:assert/strict";
import { test } from "vitest";
import { LaunchCount, launchesThatFit } from "./fitting.ts";

const fitting = { least: 4, seconds: 145 };

test.each([
  ["the time is full at the most", 0, 0, 20, 6],
  ["a slow machine has the least, whatever they take", 0, 0, 60, 4],
  ["and runs them all when its time is over", 3, 200, 60, 4],
  ["one more fits to the second", 4, 115, 30, 5],
  ["and one that would end later is not begun", 4, 116, 30, 4],
  ["what is done counts", 5, 140, 30, 5],
])("%s", (_, done, spentSeconds, slowestSeconds, launches) => {
  assert.equal(launchesThatFit(fitting, { done, most: 6, spentSeconds, slowestSeconds }), launches);
});

test("a run begins with the most, and is cut down to what fits when a launch has shown its time", () => {
  const count = new LaunchCount({ fitting, blocks: 6 }, [0, 1, 2, 3, 4, 5], 60);
  assert.deepEqual([count.all, count.expected], [6, 4]);
  count.add(1, 20);
  assert.deepEqual([count.all, count.expected], [6, 6]);
  count.add(2, 35);
  assert.equal(count.all, 6);
  count.add(3, 50);
  assert.equal(count.all, 5);
  count.add(4, 200);
  assert.equal(count.all, 4);
});

test("what an earlier part has of later launches keeps its place: those before it are all run", () => {
  const count = new LaunchCount({ fitting, blocks: 6 }, [0, 3], 60);
  count.add(3, 500);
  assert.equal(count.all, 6);
});

test("a number that is fixed stays", () => {
  const count = new LaunchCount({ blocks: 4 }, [0, 1, 2, 3], 60);
  count.add(1, 10_000);
  assert.deepEqual([count.all, count.expected], [4, 4]);
});
