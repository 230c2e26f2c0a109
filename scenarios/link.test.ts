import assert from "node:assert/strict";
import { test } from "vitest";
import { LINK_PROFILES, parseLink } from "./link.ts";
import { asksForRelay } from "./users.ts";

test("a link is read from a profile's name or from its values", () => {
  for (const [name, { link }] of Object.entries(LINK_PROFILES)) assert.deepEqual(parseLink(name), link);
  assert.deepEqual(parseLink("delay=50ms, jitter=2.5ms,rate=1mbit,loss=1%"), {
    delayMs: 50,
    jitterMs: 2.5,
    bytesPerSecond: 125_000,
    lossShare: 0.01,
    retransmitMs: 200,
  });
  assert.equal(parseLink("delay=50ms,shared=10mbit").sharedBytesPerSecond, 1_250_000);
  assert.equal(parseLink("shared=500kbit").sharedBytesPerSecond, 62_500);
});

test("what the kernel loses or paces needs no relay, all else of a link does", () => {
  for (const text of ["drop=1%", "shared=1mbit", "drop=1%,shared=1mbit", "drop=0%,shared=1mbit"])
    assert.equal(asksForRelay(parseLink(text)), false, text);
  for (const text of [
    "shared=1mbit,delay=5ms",
    "delay=0ms",
    "drop=0%",
    "drop=1%,delay=5ms",
    "drop=1%,loss=1%",
    "drop=1%,rate=1mbit",
  ])
    assert.equal(asksForRelay(parseLink(text)), true, text);
});

test.each([
  "",
  "5g",
  "constructor",
  "delay=50",
  "delay=-1ms",
  "loss=80%",
  "rate=1b",
  "shared=1b",
  "shared=1kbit",
  "delay=1ms,,",
])("%j is refused in one line", (text) => {
  assert.throws(() => parseLink(text), { code: "malformed", message: /^[^\n]{10,200}$/ });
});
