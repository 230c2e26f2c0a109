import assert from "node:assert/strict";
import { test } from "vitest";
import type { Account, Tally } from "./account.ts";
import { counted } from "./check.ts";
import type { Mark } from "./site.ts";

const parts = { body: 10, envelope: 20, compressed: 0, framing: 5, handshake: 0, heartbeats: 0 };
const tally: Tally = { parts, held: 3 };
const account: Account = { in: tally, out: tally };
const none = { ...parts, body: 0, envelope: 0, framing: 0 };
const before: Account = { in: { parts: none, held: 1 }, out: { parts: none, held: 1 } };

function mark(relay: number, meter = relay): Mark {
  return { chunks: 0, relay: { in: relay, out: relay }, meter: { in: meter, out: meter } };
}

test("parts and what is held make up what relay and meter counted", () => {
  const count = { partsBytes: 35, heldBytesBefore: 0, heldBytesAfter: 3, relayBytes: 38, meterBytes: 38 };
  assert.deepEqual(counted("here", undefined, account, undefined, mark(38)), { in: count, out: count });
  const { in: period } = counted("here", before, account, mark(1), mark(38));
  assert.deepEqual(period, { ...count, heldBytesBefore: 1, relayBytes: 37, meterBytes: 37 });
});

test.each([
  [mark(39), /the bytes here don't add up \(in\): 38 in parts, 39 at the relay, 39 at the server's sockets/],
  [mark(38, 40), /38 in parts, 38 at the relay, 40 at the server's sockets/],
])("any other number is told", (to, reason) => {
  assert.throws(() => counted("here", undefined, account, undefined, to), reason);
});

test("bodies must be those that were handed over, unless compression hides them", () => {
  const bodies = { in: 10, out: 11 };
  assert.throws(
    () => counted("here", undefined, account, undefined, mark(38), bodies),
    /10 bytes of bodies were found here \(out\), 11 were handed over/,
  );
  const hidden: Tally = { parts: { ...parts, body: 0, compressed: 10 }, held: 3 };
  counted("here", undefined, { in: hidden, out: hidden }, undefined, mark(38), bodies);
});
