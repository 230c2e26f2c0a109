import assert from "node:assert/strict";
import { test } from "vitest";
import { createRandom, putBehind } from "../../core/random.ts";
import { isMeasuredAgain } from "./again.ts";

const valid = { record: {} };
const disturbed = { record: { void: "other programs used 0.40 CPUs meanwhile" } };
const launch = { planned: 12, slices: 12 };

test("a void slice is measured again, a valid one is not", () => {
  assert.equal(isMeasuredAgain({ slices: [valid, disturbed] }, 1, launch), true);
  assert.equal(isMeasuredAgain({ slices: [disturbed, valid] }, 2, launch), false);
});

test("no slice is measured more than eight times", () => {
  assert.equal(isMeasuredAgain({ slices: [disturbed] }, 7, launch), true);
  assert.equal(isMeasuredAgain({ slices: [disturbed] }, 8, launch), false);
});

test("a launch has twice its slices, and three times where a transport has no valid one", () => {
  const isAgain = (slices: readonly (typeof valid)[], ofLaunch: number) =>
    isMeasuredAgain({ slices }, 1, { planned: 12, slices: ofLaunch });
  assert.deepEqual(
    [23, 24].map((of) => isAgain([valid, disturbed], of)),
    [true, false],
  );
  assert.deepEqual(
    [24, 35, 36].map((of) => isAgain([disturbed], of)),
    [true, true, false],
  );
});

test("what is measured again goes behind the slice at hand, as likely to any place as to another", () => {
  const random = createRandom(5);
  const places = Array.from({ length: 3_000 }, () => {
    const turns = ["a", "b", "c", "d"];
    putBehind(turns, 1, "again", random);
    assert.deepEqual(
      turns.filter((one) => one !== "again"),
      ["a", "b", "c", "d"],
    );
    return turns.indexOf("again");
  });
  const counts = [0, 1, 2, 3, 4].map((place) => places.filter((one) => one === place).length);
  assert.deepEqual(counts.slice(0, 2), [0, 0]);
  // A thousand each, within five standard deviations.
  for (const count of counts.slice(2)) assert.ok(Math.abs(count - 1_000) < 130, `${counts}`);
});
