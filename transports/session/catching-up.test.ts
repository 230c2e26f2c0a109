import assert from "node:assert/strict";
import { afterEach, beforeEach, test, vi } from "vitest";
import { now } from "../../core/hub.test-fixture.ts";
import { openHub } from "../conversing/conversing.test-fixture.ts";
import { sendMissed } from "./catching-up.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function resume(bodies: number) {
  const hub = openHub({ replayWindow: 100, publishesPerMinute: Number.POSITIVE_INFINITY });
  const outlet = hub.attach<string>(
    () => undefined,
    () => undefined,
  );
  const identity = { user: "ann", expiresAt: Number.POSITIVE_INFINITY };
  const [ann, bob] = [outlet.connect(identity, "ann"), outlet.connect({ ...identity, user: "bob" }, "bob")];
  const [start] = now(hub.subscribe(bob, ["topic/a"])).standings;
  for (let index = 0; index < bodies; index += 1) hub.publish(bob, "topic/a", String(index));
  const { catchUp } = now(hub.subscribe(ann, ["topic/a"], start?.cursor));
  return { hub, ann, catchUp };
}

test("a connection that is gone is waited for no more, though what it had not read counts as held", () => {
  const { hub, ann, catchUp } = resume(10);
  let sent = 0;
  sendMissed(hub, catchUp, {
    send: () => {
      sent += 1;
    },
    heldBytes: () => (sent < 5 ? 0 : 1_000),
    maxBufferedBytes: 1_000,
    end: () => undefined,
  });
  vi.advanceTimersByTime(100);
  assert.deepEqual([sent, vi.getTimerCount()], [5, 1]);
  hub.disconnect(ann);
  vi.advanceTimersByTime(100);
  assert.deepEqual([sent, vi.getTimerCount()], [5, 0]);
});

test("a peer that can neither be sent to nor be ended is an internal error, and no more than that", () => {
  const { hub, catchUp } = resume(10);
  const throwing = (): never => {
    throw new TypeError("broken");
  };
  sendMissed(hub, catchUp, { send: throwing, heldBytes: () => 0, maxBufferedBytes: 1_000, end: throwing });
  assert.deepEqual([hub.counters.internal, vi.getTimerCount()], [2, 0]);
});
