import assert from "node:assert/strict";
import { Socket } from "node:net";
import { afterEach, beforeEach, test, vi } from "vitest";
import { LabError } from "../../../core/errors.ts";
import { Hub } from "../../../core/hub.ts";
import { json } from "../../codec/codec.ts";
import { createBatches } from "./batch.ts";
import { PollBuffer } from "./buffer.ts";
import { PollPeer } from "./peer.ts";

const HEARTBEAT = { intervalMs: 10_000, timeoutMs: 5_000 };

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] }));
afterEach(() => void vi.useRealTimers());

/** How many milliseconds a session lives that nobody polls, its opener gone at `goneAtMs`. */
function lifeMs(goneAtMs: number, heartbeat = HEARTBEAT): number {
  const opener = new Socket();
  const began = performance.now();
  let endedAt: number | undefined;
  createPeer(opener, heartbeat, () => {
    endedAt = performance.now();
  });
  while (endedAt === undefined && performance.now() - began < 60_000) {
    if (performance.now() - began >= goneAtMs) opener.destroy();
    vi.advanceTimersByTime(100);
  }
  return (endedAt ?? Number.POSITIVE_INFINITY) - began;
}

function newHub(heartbeat: typeof HEARTBEAT): Hub {
  return new Hub({
    clock: Date.now,
    authenticate: (user) => ({ user, expiresAt: Number.POSITIVE_INFINITY }),
    epoch: "e",
    heartbeat,
  });
}

function createPeer(
  opener: Socket,
  heartbeat: typeof HEARTBEAT,
  forget: () => void,
  hub = newHub(heartbeat),
): PollPeer {
  const batches = createBatches(json);
  const buffer = new PollBuffer(
    () => true,
    batches,
    () => undefined,
  );
  const leave = () => undefined;
  return new PollPeer({
    buffer,
    batches,
    opener,
    hub,
    maxBufferedBytes: 1_000,
    times: { waitMs: 10_000, nextPollMs: heartbeat.intervalMs + heartbeat.timeoutMs, firstPollMs: 5_000 },
    forget,
    leave,
  });
}

test("a session that is never polled ends 5 s after its opening when the connection that opened it is gone", () => {
  assert.equal(lifeMs(0), 5_000);
});

test("while that connection stands it has the time between two polls", () => {
  assert.equal(lifeMs(Number.POSITIVE_INFINITY), HEARTBEAT.intervalMs + HEARTBEAT.timeoutMs);
  assert.equal(lifeMs(Number.POSITIVE_INFINITY, { intervalMs: 1_000, timeoutMs: 500 }), 1_500);
});

test("within a second of that connection's end it ends", () => {
  const ms = lifeMs(7_500);
  assert.ok(ms >= 7_500 && ms <= 8_600, `${ms} ms`);
});

test("after its first poll the connection that opened it counts no more", () => {
  const opener = new Socket();
  let reason: unknown;
  const peer = createPeer(opener, HEARTBEAT, () => {
    reason = "ended";
  });
  vi.advanceTimersByTime(14_000);
  peer.poll({ socket: new Socket(), answer: () => undefined, refuse: () => undefined }, "0");
  opener.destroy();
  vi.advanceTimersByTime(10_000 + 14_000);
  assert.equal(reason, undefined);
  vi.advanceTimersByTime(1_000);
  assert.equal(reason, "ended");
  peer.end(new LabError("closed", "again"));
});

test("an error in the session's timer ends the session alone, and is counted", () => {
  let over = false;
  const hub = newHub(HEARTBEAT);
  const peer = createPeer(
    new Socket(),
    HEARTBEAT,
    () => {
      over = true;
    },
    hub,
  );
  const answer = () => {
    throw new TypeError("can't answer");
  };
  peer.poll({ socket: new Socket(), answer, refuse: () => undefined }, "0");
  vi.advanceTimersByTime(10_000);
  assert.deepEqual([over, hub.counters.internal], [true, 1]);
});

test("one answer may be asked for again 16 times in a row, by a client whose connections are cut; then the session ends", () => {
  const ends: string[] = [];
  const peer = createPeer(new Socket(), HEARTBEAT, () => ends.push("forgotten"));
  const answers: unknown[] = [];
  const refused: string[] = [];
  const pollAfter = (cursor: string) =>
    peer.poll(
      {
        socket: new Socket(),
        answer: ({ cursor }) => answers.push(cursor),
        refuse: ({ code }) => refused.push(code),
      },
      cursor,
    );
  const send = (id: string) => peer.send({ id, encoded: "{}", bytes: 2 }, performance.now());
  send("a-1");
  pollAfter("0");
  for (let again = 0; again < 16; again += 1) pollAfter("0");
  send("a-2");
  pollAfter("a-1");
  for (let again = 0; again < 16; again += 1) pollAfter("a-1");
  assert.deepEqual([answers.length, new Set(answers), refused, ends], [34, new Set(["a-1", "a-2"]), [], []]);
  pollAfter("a-1");
  assert.deepEqual([answers.length, refused, ends], [34, ["slow_consumer"], ["forgotten"]]);
});

test("no empty answer is made for a poll that gets events, and one for all sessions that have got the same", () => {
  const batches = createBatches(json);
  assert.equal(batches.empty("a-1"), batches.empty("a-1"));
  assert.equal(batches.empty("a-2").body, '{"cursor":"a-2","events":[]}');
  const empty = vi.spyOn(batches, "empty");
  const buffer = new PollBuffer(
    () => true,
    batches,
    () => undefined,
  );
  const peer = new PollPeer({
    buffer,
    batches,
    opener: new Socket(),
    hub: newHub(HEARTBEAT),
    maxBufferedBytes: 1_000,
    times: { waitMs: 0, nextPollMs: 5_000, firstPollMs: 5_000 },
    forget: () => undefined,
    leave: () => undefined,
  });
  const counts: number[] = [];
  const poll = {
    socket: new Socket(),
    answer: ({ count }: { readonly count: number }) => counts.push(count),
    refuse: () => undefined,
  };
  peer.send({ id: "a-1", encoded: "{}", bytes: 2 }, performance.now());
  peer.poll(poll, "0");
  assert.deepEqual([counts, empty.mock.calls.length], [[1], 0]);
  peer.poll(poll, "a-1");
  assert.deepEqual([counts, empty.mock.calls], [[1, 0], [["a-1"]]]);
  peer.end(new LabError("closed", "the test is over"));
});

test("polls without number of a session that has nothing to tell don't end it", () => {
  const ends: string[] = [];
  const peer = createPeer(new Socket(), HEARTBEAT, () => ends.push("forgotten"));
  for (let poll = 0; poll < 100; poll += 1)
    peer.poll({ socket: new Socket(), answer: () => undefined, refuse: () => undefined }, "0");
  assert.deepEqual(ends, []);
});
