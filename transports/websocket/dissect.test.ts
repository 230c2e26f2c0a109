import { test } from "vitest";
import { msgpack } from "../codec/msgpack.ts";
import { assertTold, type Step } from "../dissect/exchange.test-fixture.ts";
import { dissect, dissectMsgpack } from "./dissect.ts";
import { encodeFrame } from "./framing.ts";

const isBody = (text: string) => text === "hello";

/** A client's frame (RFC 6455, 5.3): two bytes, a mask of 37 fa 21 3d as in 5.7, and what it makes of the text. */
function masked(message: string | Buffer): Buffer {
  const key = Buffer.from([0x37, 0xfa, 0x21, 0x3d]);
  const payload = Buffer.from(message).map((byte, index) => byte ^ (key[index % 4] ?? 0));
  const first = typeof message === "string" ? 0x81 : 0x82;
  return Buffer.concat([Buffer.from([first, 0x80 | payload.length]), key, payload]);
}

test("an upgrade, a subscription, a publish and its delivery", () => {
  const steps: Step[] = [
    ["in", "GET / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n"],
    ["out", "HTTP/1.1 101 Switching Protocols\r\n\r\n"],
    ["in", masked('{"op":"subscribe","channel":"topic/a","ref":1}')],
    ["out", encodeFrame('{"op":"ok","ref":1,"cursor":"e-0","missed":false}')],
    ["in", masked('{"op":"publish","channel":"topic/a","body":"hello","ref":2}')],
    ["out", encodeFrame('{"kind":"notification","body":"hello"}')],
    ["out", Buffer.from([0x89, 0x00])],
    ["in", Buffer.from([0x8a, 0x80, 0, 0, 0, 0])],
    ["in", Buffer.from([0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe8])],
  ];
  assertTold(dissect, isBody, steps, {
    in: `handshake ${38 + 6 + 46}, framing 6, envelope 44, body 5, envelope 10, heartbeats 6, handshake 8`,
    out: `handshake ${36 + 2 + 49}, framing 2, envelope 31, body 5, envelope 2, heartbeats 2`,
  });
});

test("the same in MessagePack: a body of 5 bytes has one byte before it, one of 40 bytes two, one of 300 three", () => {
  for (const [length, header] of [
    [5, 1],
    [40, 2],
    [300, 3],
  ] as const) {
    const body = "x".repeat(length);
    const map = msgpack.encode({ kind: "notification", body, at: 1_795_487_400_000 });
    // fixmap; "kind" and its text; "body" and the header of its text; then "at" and a uint 64.
    const before = 1 + 5 + 13 + 5 + header;
    const frame = map.length < 126 ? 2 : 4;
    const steps: Step[] = [
      ["in", "GET / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n"],
      ["out", "HTTP/1.1 101 Switching Protocols\r\n\r\n"],
      ["in", masked(msgpack.encode({ op: "subscribe", channel: "topic/a", ref: 1 }))],
      ["out", encodeFrame(map)],
    ];
    const asked = msgpack.encode({ op: "subscribe", channel: "topic/a", ref: 1 }).length;
    assertTold(dissectMsgpack, (text) => text === body, steps, {
      in: `handshake ${38 + 6 + asked}`,
      out: `handshake 36, framing ${frame}, envelope ${before}, body ${length}, envelope ${3 + 9}`,
    });
  }
});
