import assert from "node:assert/strict";
import { afterEach, beforeEach, test, vi } from "vitest";
import { WaitingRoom } from "./waiting-room.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function open(places: number) {
  const ended: string[] = [];
  return { ended, room: new WaitingRoom<string>({ timeoutMs: 100, places }, (one) => ended.push(one)) };
}

test("each may wait for its time, and no longer", () => {
  const { ended, room } = open(10);
  room.enter("a");
  vi.advanceTimersByTime(60);
  room.enter("b");
  vi.advanceTimersByTime(39);
  assert.deepEqual(ended, []);
  vi.advanceTimersByTime(1);
  assert.deepEqual(ended, ["a"]);
  vi.advanceTimersByTime(60);
  assert.deepEqual(ended, ["a", "b"]);
  assert.equal(vi.getTimerCount(), 0);
});

test("who has been let in, or is gone, waits no more", () => {
  const { ended, room } = open(10);
  room.enter("a");
  room.leave("a");
  room.leave("a");
  vi.advanceTimersByTime(1_000);
  assert.deepEqual([ended, vi.getTimerCount()], [[], 0]);
});

test("when all places are taken, the one that has waited longest makes room", () => {
  const { ended, room } = open(2);
  for (const one of ["a", "b", "c"]) room.enter(one);
  assert.deepEqual(ended, ["a"]);
  room.leave("b");
  room.enter("d");
  assert.deepEqual(ended, ["a"]);
  room.enter("e");
  assert.deepEqual(ended, ["a", "c"]);
  assert.equal(vi.getTimerCount(), 2);
});
