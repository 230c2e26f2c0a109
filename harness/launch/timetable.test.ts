import assert from "node:assert/strict";
import { test } from "vitest";
import type { LoadCount, LoadSlice } from "../processes/messages.ts";
import { timesOf, whyNotWhole } from "./timetable.ts";

test("turns follow one another: none begins before the last one's account was taken", () => {
  const lengths = [500, 2_000, 500].map((lengthMs) => ({ lengthMs }));
  const times = timesOf(lengths, 1e9);
  assert.equal(times[0]?.leadInUs, 1e9);
  for (const [index, { leadInUs, leadInMs, measureUs, lengthMs, takeUs }] of times.entries()) {
    assert.ok(measureUs > leadInUs + leadInMs * 1_000);
    assert.ok(takeUs > measureUs + lengthMs * 1_000);
    const next = times[index + 1];
    if (next) assert.ok(next.leadInUs > takeUs);
  }
});

const settled: LoadCount = {
  sendsSettled: true,
  publishes: 1,
  expected: 5,
  delivered: 5,
  receiptsExpected: 0,
  receiptsReceived: 0,
  unmeasured: { expected: 3, delivered: 3 },
  receiptsAwaited: 0,
};
const slice = (change: Partial<LoadSlice["counts"]> = {}, lateUs = 0) => ({
  counts: { before: settled, end: settled, after: settled, ...change },
  lateUs,
});

test.for<[what: string, loads: ReturnType<typeof slice>[], why: RegExp | undefined]>([
  ["whole", [slice()], undefined],
  [
    "publishers and subscribers apart",
    [slice({ after: { ...settled, expected: 10 } }), slice({ after: { ...settled, delivered: 10 } })],
    undefined,
  ],
  ["late", [slice({}, 30_000)], /30 ms late/],
  [
    "a lead-in under way",
    [slice({ before: { ...settled, unmeasured: { expected: 4, delivered: 3 } } })],
    /1 deliveries of its lead-in/,
  ],
  [
    "deliveries under way",
    [slice({ after: { ...settled, delivered: 3 } })],
    /2 deliveries were still under way/,
  ],
  ["publishes unanswered", [slice({ after: { ...settled, sendsSettled: false } })], /still under way/],
  [
    "receipts awaited",
    [slice({ after: { ...settled, receiptsAwaited: 2 } })],
    /2 deliveries were still under way/,
  ],
])("a slice by the clock: %s", ([, loads, why]) => {
  const said = whyNotWhole(loads);
  if (why) assert.match(said ?? "", why);
  else assert.equal(said, undefined);
});
