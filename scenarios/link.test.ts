import assert from "node:assert/strict";
import { test } from "vitest";
import { asksForRelay, LINK_PROFILES, parseLink } from "./link.ts";

test("a link is read from a profile's name or from its values", () => {
  for (const [name, { link }] of Object.entries(LINK_PROFILES)) assert.deepEqual(parseLink(name), link);
  assert.deepEqual(parseLink("delay=50ms, jitter=2.5ms,rate=1mbit,loss=1%"), {
    delayMs: 50,
    jitterMs: 2.5,
    bytesPerSecond: 125_000,
    lossShare: 0.01,
    retransmitMs: 200,
  });
});

test("what the kernel drops needs no relay, all else of a link does", () => {
  assert.equal(asksForRelay(parseLink("drop=1%")), false);
  for (const text of ["delay=0ms", "drop=0%", "drop=1%,delay=5ms", "drop=1%,loss=1%", "drop=1%,rate=1mbit"])
    assert.equal(asksForRelay(parseLink(text)), true, text);
});

test.each(["", "5g", "constructor", "delay=50", "delay=-1ms", "loss=80%", "rate=1b", "delay=1ms,,"])(
  "%j is refused in one line",
  (text) => {
    assert.throws(() => parseLink(text), { code: "malformed", message: /^[^\n]{10,200}$/ });
  },
);
