import assert from "node:assert/strict";
import { test } from "vitest";
import { assertTold, type Step } from "../dissect/exchange.test-fixture.ts";
import { PREFACE } from "../dissect/http2-frames.ts";
import { dissect } from "./dissect.ts";
import { encodeEvent, encodeFailure, encodeRequest, encodeResult, WELCOME } from "./framing.ts";

const isBody = (text: string) => text === "héllo";

function frame(type: number, payload: Buffer, stream = 1, flags = 0): Buffer {
  const header = Buffer.alloc(9);
  header.writeUIntBE(payload.length, 0, 3);
  header.writeUInt8(type, 3);
  header.writeUInt8(flags, 4);
  header.writeUInt32BE(stream, 5);
  return Buffer.concat([header, payload]);
}

/** gRPC over HTTP/2: a flag, and the length. */
function prefixed(message: Buffer): Buffer {
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}

const data = (...messages: Buffer[]) => frame(0, Buffer.concat(messages.map(prefixed)));
const settings = frame(4, Buffer.alloc(0), 0);
const headers = frame(1, Buffer.from("hpack"));
const ping = frame(6, Buffer.alloc(8), 0);
const windowUpdate = frame(8, Buffer.from([0, 0, 1, 0]), 0);
const publish = encodeRequest(3, { $case: "publish", value: { channel: "topic/a", body: "héllo" } });
const event = encodeEvent({
  kind: "notification",
  id: "e-1",
  channel: "topic/a",
  seq: 1,
  from: "ann",
  body: "héllo",
  at: 5,
});

test("a call with messages of every kind, one over two frames, two in one", () => {
  const split = prefixed(publish);
  const subscribed = encodeResult(2, { channel: "topic/a", seq: 0, cursor: "e-0", missed: false });
  const accepted = encodeResult(3, { id: "e-1", seq: 1, at: 5 });
  const steps: Step[] = [
    ["in", Buffer.concat([Buffer.from(PREFACE), settings, windowUpdate, headers])],
    ["out", Buffer.concat([settings, headers, data(WELCOME)])],
    ["in", data(encodeRequest(2, { $case: "subscribe", value: { channel: "topic/a", resume: undefined } }))],
    ["out", data(subscribed)],
    ["out", ping],
    ["in", ping],
    ["in", data(encodeRequest(0, { $case: "ping", value: {} }))],
    ["out", data(encodeResult(0, {}))],
    ["in", Buffer.concat([frame(0, split.subarray(0, 18)), ping, frame(0, split.subarray(18))])],
    ["out", data(accepted, event)],
    ["in", Buffer.concat([windowUpdate, data(encodeRequest(4, { $case: "read", value: { id: "e-1" } }))])],
    ["out", data(encodeResult(4, {}), encodeFailure(5, new Error("no")))],
    ["in", frame(0, Buffer.alloc(0), 1, 1)],
    ["out", frame(1, Buffer.from("trailers"), 1, 5)],
  ];
  const opening = 24 + 9 + 13 + 14;
  const bodyAt = publish.indexOf("héllo");
  const eventBodyAt = event.indexOf("héllo");
  const read = encodeRequest(4, { $case: "read", value: { id: "e-1" } }).length;
  const pings = 17 + 9 + 5 + encodeRequest(0, { $case: "ping", value: {} }).length;
  assertTold(dissect, isBody, steps, {
    in:
      `handshake ${opening + 14 + encodeRequest(2, { $case: "subscribe", value: { channel: "topic/a", resume: undefined } }).length}, ` +
      `heartbeats ${pings}, framing 14, envelope 13, heartbeats 17, framing 9, ` +
      `envelope ${bodyAt - 13}, body 6, framing ${13 + 9 + 5}, envelope ${read}, handshake 9`,
    out:
      `handshake ${9 + 14 + 14 + WELCOME.length + 14 + subscribed.length}, ` +
      `heartbeats ${17 + 14 + encodeResult(0, {}).length}, framing 14, envelope ${accepted.length}, framing 5, ` +
      `envelope ${eventBodyAt}, body 6, envelope ${event.length - eventBodyAt - 6}, ` +
      `framing 14, envelope ${encodeResult(4, {}).length}, framing 5, ` +
      `envelope ${encodeFailure(5, new Error("no")).length}, handshake 17`,
  });
});

test("a second call, pushed promises, compressed messages, other messages and foreign bodies are refused", () => {
  const foreign = encodeRequest(1, { $case: "publish", value: { channel: "topic/a", body: "other" } });
  for (const bytes of [
    Buffer.concat([data(encodeRequest(1, { $case: "ping", value: {} })), frame(0, Buffer.from("x"), 3)]),
    frame(5, Buffer.alloc(4)),
    frame(0, Buffer.from([1, 0, 0, 0, 0])),
    data(Buffer.from([0x7a, 0x00])),
    data(Buffer.from([0xff])),
    data(foreign),
  ]) {
    const dissector = dissect(isBody);
    dissector.push("in", Buffer.from(PREFACE));
    assert.throws(() => dissector.push("in", bytes), { name: "LabError", code: "malformed" });
  }
});
