import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { createRandom, shuffled } from "../../core/random.ts";
import { DeliveryAccount, SequenceTracker } from "./accounting.ts";

describe("SequenceTracker", () => {
  const outcomes = (sequence: readonly number[]) => {
    const tracker = new SequenceTracker();
    return sequence.map((number) => tracker.take(number));
  };

  test("in order", () => assert.deepEqual(outcomes([0, 1, 2]), ["new", "new", "new"]));
  test("a gap that is filled later", () =>
    assert.deepEqual(outcomes([0, 2, 1, 3]), ["new", "new", "late", "new"]));
  test("twice, at once and much later", () =>
    assert.deepEqual(outcomes([0, 0, 1, 2, 3, 1]), ["new", "duplicate", "new", "new", "new", "duplicate"]));
  test("the first ones missing, one of them twice", () =>
    assert.deepEqual(outcomes([3, 1, 1, 0, 2, 2]), [
      "new",
      "late",
      "duplicate",
      "late",
      "late",
      "duplicate",
    ]));
});

test("k missing, m duplicated and j swapped deliveries are counted exactly", () => {
  const random = createRandom(5);
  const sent = Array.from({ length: 1_000 }, (_, index) => index);
  const missing = new Set(shuffled(sent.slice(0, -1), random).slice(0, 17));
  const arrived = sent.filter((sequence) => !missing.has(sequence));
  // 11 pairs of neighbours change places, far apart from one another.
  for (let pair = 0; pair < 11; pair += 1) {
    const at = 50 + pair * 80;
    const [first, second] = [arrived[at], arrived[at + 1]];
    if (first === undefined || second === undefined) throw new Error("out of range");
    arrived.splice(at, 2, second, first);
  }
  const repeated = shuffled(arrived, random).slice(0, 23);
  const account = new DeliveryAccount(3);
  for (const sequence of [...arrived, ...repeated]) account.take(1, 7, sequence);
  assert.deepEqual(account.counts, { delivered: 1_000 - 17, duplicated: 23, reordered: 11 });
});

test("publishers and subscribers are accounted for apart", () => {
  const account = new DeliveryAccount(2);
  assert.ok(account.take(0, 0, 0));
  assert.ok(account.take(1, 0, 0));
  assert.ok(account.take(0, 1, 0));
  assert.ok(!account.take(0, 1, 0));
  assert.deepEqual(account.counts, { delivered: 3, duplicated: 1, reordered: 0 });
});
