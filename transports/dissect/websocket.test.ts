import assert from "node:assert/strict";
import { test } from "vitest";
import { assertTold, type Step } from "./exchange.test-fixture.ts";
import { dissectWebSocket } from "./websocket.ts";

/** Every text is a message but "Hello", which is handshake. */
const dissect = () =>
  dissectWebSocket({
    text: (_, text) => [{ part: String(text) === "Hello" ? "handshake" : "envelope", length: text.length }],
  });

function opened(extensions = ""): Step[] {
  return [
    ["in", "GET / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n"],
    ["out", `HTTP/1.1 101 Switching Protocols\r\n${extensions}\r\n`],
  ];
}

const hex = (text: string) => Buffer.from(text.replaceAll(" ", ""), "hex");

test("a message in fragments with a ping between them, an empty fragment at its end", () => {
  const steps: Step[] = [...opened(), ["out", hex("01 03 61 62 63 89 02 00 00 00 01 64 80 00 88 02 03 e8")]];
  assertTold(dissect, () => false, steps, {
    in: "handshake 38",
    out: "handshake 36, framing 2, envelope 3, heartbeats 4, framing 2, envelope 1, framing 2, handshake 4",
  });
});

test("compressed messages of RFC 7692, 7.2.3: the second needs the first", () => {
  const agreed = "Sec-WebSocket-Extensions: permessage-deflate\r\n";
  const first = hex("c1 07 f2 48 cd c9 c9 07 00");
  const second = hex("c1 05 f2 00 11 00 00");
  const uncompressed = hex("81 03 61 62 63");
  assertTold(
    dissect,
    () => false,
    [...opened(agreed), ["out", Buffer.concat([first, second, uncompressed])]],
    {
      in: "handshake 38",
      out: `handshake ${36 + agreed.length + first.length + second.length}, framing 2, envelope 3`,
    },
  );
  const alone = dissect();
  for (const [direction, bytes] of opened(agreed.replace("\r\n", "; server_no_context_takeover\r\n")))
    alone.push(direction, Buffer.from(bytes));
  alone.push("out", first);
  assert.throws(() => alone.push("out", second), { code: "malformed" });
});

test("of a compressed message that is neither, all bytes are compressed", () => {
  // "abc" in one block of no compression.
  const stored = hex("c1 09 00 03 00 fc ff 61 62 63 00");
  const agreed = "Sec-WebSocket-Extensions: permessage-deflate\r\n";
  assertTold(dissect, () => false, [...opened(agreed), ["out", stored]], {
    in: "handshake 38",
    out: `handshake ${36 + agreed.length}, framing 2, compressed 9`,
  });
});

test("texts and binary messages are told by rules of their own, fragments by those of their first", () => {
  const factory = () =>
    dissectWebSocket({
      text: (_, { length }) => [{ part: "handshake", length }],
      binary: (_, { length }) => [{ part: "envelope", length }],
    });
  const steps: Step[] = [...opened(), ["out", hex("81 01 61 02 01 61 80 02 62 63 81 01 61")]];
  assertTold(factory, () => false, steps, {
    in: "handshake 38",
    out: "handshake 39, framing 2, envelope 1, framing 2, envelope 2, handshake 3",
  });
});

test("compression that was not agreed on, binary messages and fragments of nothing are refused", () => {
  for (const bytes of ["c1 07 f2 48 cd c9 c9 07 00", "82 01 00", "80 01 61", "01 01 61 81 01 61"]) {
    const dissector = dissect();
    for (const [direction, text] of opened()) dissector.push(direction, Buffer.from(text));
    assert.throws(() => dissector.push("out", hex(bytes)), { name: "LabError", code: "malformed" }, bytes);
  }
});
