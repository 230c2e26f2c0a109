import assert from "node:assert/strict";
import { test } from "vitest";
import { closeFrame, maskedFrame, OPCODE } from "../attacks/bare-websocket.ts";
import { msgpack } from "../codec/msgpack.ts";
import { assertTold, type Step } from "../dissect/exchange.test-fixture.ts";
import { dissect, dissectMsgpack, dissectWs } from "./dissect.ts";
import { publishPacket } from "./packets.ts";

const isBody = (text: string) => text === "hello";
const hex = (text: string) => Buffer.from(text.replaceAll(" ", ""), "hex");
const EVENT = '{"kind":"notification","body":"hello"}';

/** PUBLISH with topic a/b and packet identifier 10, as in MQTT 3.1.1, 3.3.2.3 (non normative example), here at QoS 1. */
const PUBLISH_QOS1 = Buffer.concat([
  hex(`32 ${(7 + EVENT.length).toString(16)} 00 03 61 2f 62 00 0a`),
  Buffer.from(EVENT),
]);

test("connection, subscription, publishes of both qualities of service, keepalive", () => {
  const steps: Step[] = [
    ["in", hex("10 0c 00 04 4d 51 54 54 04 02 00 0a 00 00")],
    ["out", hex("20 02 00 00")],
    ["in", hex("82 08 00 0a 00 03 61 2f 62 01")],
    ["out", hex("90 03 00 0a 01")],
    ["out", publishPacket("reply/x", '{"op":"ok","ref":"a/b","cursor":"e-0","missed":false}')],
    ["in", publishPacket("request", '{"op":"publish","channel":"a/b","body":"hello","ref":1}')],
    ["in", publishPacket("topic/a", "hello")],
    ["out", publishPacket("reply/x", '{"op":"ok","ref":1,"id":"e-1","seq":1,"at":5}')],
    ["out", PUBLISH_QOS1],
    ["in", hex("40 02 00 0a")],
    ["in", hex("c0 00")],
    ["out", hex("d0 00")],
    ["in", hex("e0 00")],
  ];
  assertTold(dissect, isBody, steps, {
    in:
      "handshake 24, framing 11, envelope 40, body 5, envelope 10, framing 11, body 5, framing 4, " +
      "heartbeats 2, handshake 2",
    out: "handshake 73, framing 11, envelope 45, framing 9, envelope 31, body 5, envelope 2, heartbeats 2",
  });
});

test("a length of two bytes", () => {
  const text = `{"kind":"receipt","id":"${"x".repeat(300)}"}`;
  assertTold(dissect, isBody, [["out", publishPacket("user/a", text)]], {
    in: "",
    out: `framing 11, envelope ${text.length}`,
  });
});

test("the same in MessagePack", () => {
  const body = "hello";
  // fixmap; "kind" and its text; "body" and the header of its text.
  const before = 1 + 5 + 13 + 5 + 1;
  const event = msgpack.encode({ kind: "notification", body, seq: 1 });
  const steps: Step[] = [
    ["out", publishPacket("reply/x", msgpack.encode({ op: "ok", ref: "a/b", cursor: "e-0", missed: false }))],
    ["out", publishPacket("topic/a", event)],
    ["in", publishPacket("topic/a", body)],
  ];
  const first = steps[0]?.[1].length ?? 0;
  assertTold(dissectMsgpack, isBody, steps, {
    in: `framing 11, body ${body.length}`,
    out: `handshake ${first}, framing 11, envelope ${before}, body ${body.length}, envelope 5`,
  });
});

test("packets in the messages of a WebSocket, several in one", () => {
  const frame = (bytes: Buffer) => Buffer.concat([Buffer.from([0x82, bytes.length]), bytes]);
  const masked = (...packets: Buffer[]) => maskedFrame(OPCODE.binary, Buffer.concat(packets));
  const event = publishPacket("topic/a", EVENT);
  const upgraded = "HTTP/1.1 101 Switching Protocols\r\n\r\n";
  const steps: Step[] = [
    ["in", Buffer.from("GET / HTTP/1.1\r\nhost: x\r\n\r\n")],
    ["out", Buffer.from(upgraded)],
    ["in", masked(hex("10 0c 00 04 4d 51 54 54 04 02 00 0a 00 00"))],
    ["out", frame(hex("20 02 00 00"))],
    ["in", masked(publishPacket("topic/a", "hello"), hex("c0 00"))],
    ["out", frame(hex("d0 00"))],
    ["out", frame(event)],
    ["in", closeFrame(1000)],
  ];
  assertTold(dissectWs, isBody, steps, {
    in: "handshake 47, framing 17, body 5, heartbeats 2, handshake 8",
    out: `handshake ${upgraded.length + 6}, heartbeats 4, framing 13, envelope 31, body 5, envelope 2`,
  });
});

test("a packet that goes on in the next message is none of the lab's", () => {
  const dissector = dissectWs(isBody);
  dissector.push("out", Buffer.from("HTTP/1.1 101 Switching Protocols\r\n\r\n"));
  assert.throws(() => dissector.push("out", hex("82 01 d0")), { name: "LabError", code: "malformed" });
});

test("reserved types and flags, endless lengths, topics beyond the packet, foreign bodies are refused", () => {
  const packets = [
    hex("00 00"),
    hex("f0 00"),
    hex("c1 00"),
    hex("80 00"),
    hex("30 ff ff ff ff 01"),
    hex("30 04 00 09 61 62"),
    hex("36 05 00 01 61 00 01"),
    publishPacket("topic/a", "something else"),
  ];
  for (const packet of packets)
    assert.throws(() => dissect(isBody).push("in", packet), { name: "LabError", code: "malformed" });
});
