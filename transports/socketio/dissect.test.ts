import assert from "node:assert/strict";
import { test } from "vitest";
import { msgpack } from "../codec/msgpack.ts";
import { assertTold, type Step } from "../dissect/exchange.test-fixture.ts";
import { dissect, dissectMsgpack, dissectPolling } from "./dissect.ts";

const isBody = (text: string) => text === "hello";
const SUBSCRIBED = '430[{"ok":true,"cursor":"e-0","missed":false}]';
const PUBLISH = '421["publish",{"body":"hello"}]';
const EVENT = '42["event",{"kind":"notification","body":"hello"}]';

/** Frames with a mask of zeros; bytes in a binary one. */
function frame(direction: "in" | "out", message: string | Buffer): Step {
  const mask = direction === "in" ? [0x80 | message.length, 0, 0, 0, 0] : [message.length];
  const first = typeof message === "string" ? 0x81 : 0x82;
  return [direction, Buffer.concat([Buffer.from([first, ...mask]), Buffer.from(message)])];
}

test("over WebSocket: packet types and numbers are framing", () => {
  const steps: Step[] = [
    ["in", "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\n\r\n"],
    ["out", "HTTP/1.1 101 Switching Protocols\r\n\r\n"],
    frame("out", '0{"sid":"s"}'),
    frame("in", '40{"token":"t"}'),
    frame("out", '40{"sid":"t"}'),
    frame("in", '420["subscribe",{"channel":"topic/a"}]'),
    frame("out", SUBSCRIBED),
    frame("out", "2"),
    frame("in", "3"),
    frame("in", PUBLISH),
    frame("out", '431[{"ok":true}]'),
    frame("out", EVENT),
    frame("in", "41"),
  ];
  assertTold(dissect, isBody, steps, {
    in: "handshake 119, heartbeats 7, framing 9, envelope 20, body 5, envelope 3, handshake 8",
    out: "handshake 113, heartbeats 3, framing 5, envelope 13, framing 4, envelope 40, body 5, envelope 3",
  });
});

test("in MessagePack: all of a packet but the value of its data is framing", () => {
  const packet = (type: number, data: unknown, id?: number) => msgpack.encode({ type, nsp: "/", data, id });
  const connect = packet(0, { token: "t" });
  const connected = packet(0, { sid: "t" });
  const subscribe = packet(2, ["subscribe", { channel: "topic/a" }], 0);
  const subscribed = packet(3, [{ ok: true, cursor: "e-0", missed: false }], 0);
  const left = packet(1, undefined);
  const steps: Step[] = [
    ["in", "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\n\r\n"],
    ["out", "HTTP/1.1 101 Switching Protocols\r\n\r\n"],
    frame("out", '0{"sid":"s"}'),
    frame("in", connect),
    frame("out", connected),
    frame("in", subscribe),
    frame("out", subscribed),
    frame("out", "2"),
    frame("in", "3"),
    frame("in", packet(2, ["publish", { channel: "a", body: "hello", n: 1 }], 1)),
    frame("out", packet(3, [{ ok: true }], 1)),
    frame("out", packet(2, ["event", { kind: "notification", body: "hello" }])),
    frame("in", left),
  ];
  // fixmap; "type" and its number; "nsp" and "/"; "data". Behind the data "id" and its number.
  const before = 1 + 5 + 1 + 4 + 2 + 5;
  const after = 3 + 1;
  // fixarray and the name; fixmap, "channel" and "a", "body" and the header of its text; then "n" and its number.
  const published = 1 + 8 + 1 + 8 + 2 + 5 + 1;
  // fixarray; fixmap, "ok" and true.
  const answered = 1 + 1 + 3 + 1;
  // fixarray and the name; fixmap, "kind" and "notification", "body" and the header of its text.
  const eventEnvelope = 1 + 6 + 1 + 5 + 13 + 5 + 1;
  const opening = { in: steps[0]?.[1].length ?? 0, out: steps[1]?.[1].length ?? 0 };
  assertTold(dissectMsgpack, isBody, steps, {
    in:
      `handshake ${opening.in + 6 + connect.length + 6 + subscribe.length}, heartbeats 7, ` +
      `framing ${6 + before}, envelope ${published}, body 5, envelope 3, framing ${after}, handshake ${6 + left.length}`,
    out:
      `handshake ${opening.out + 14 + 2 + connected.length + 2 + subscribed.length}, heartbeats 3, ` +
      `framing ${2 + before}, envelope ${answered}, framing ${after + 2 + before}, envelope ${eventEnvelope}, body 5`,
  });
});

test("in MessagePack: texts of messages, unknown types and events, bodies that nobody published are refused", () => {
  const event = (body: unknown) =>
    msgpack.encode({ type: 2, nsp: "/", data: ["event", { kind: "receipt", body }] });
  const refused = [
    '42["event",{}]',
    "9",
    event("foreign"),
    msgpack.encode({ type: 5, nsp: "/", data: [] }),
    msgpack.encode({ type: "2", nsp: "/", data: ["event"] }),
    msgpack.encode({ type: 2, nsp: "/", data: ["other", {}] }),
    msgpack.encode({ type: 3, nsp: "/", data: {} }),
    Buffer.from("event"),
  ];
  for (const message of refused) {
    const dissector = dissectMsgpack(isBody);
    dissector.push("in", Buffer.from("GET / HTTP/1.1\r\n\r\n"));
    dissector.push("out", Buffer.from("HTTP/1.1 101 Switching Protocols\r\n\r\n"));
    const [, bytes] = frame("out", message);
    assert.throws(
      () => dissector.push("out", Buffer.from(bytes)),
      { name: "LabError", code: "malformed" },
      message.toString("latin1"),
    );
  }
});

const TARGET = "/socket.io/?EIO=4&transport=polling";

function request(method: "GET" | "POST", query: string, content: string): Step {
  const length = method === "GET" ? "" : `content-length: ${content.length}\r\n`;
  return ["in", `${method} ${TARGET}${query} HTTP/1.1\r\n${length}\r\n${content}`];
}

function response(content: string): Step {
  return ["out", `HTTP/1.1 200 OK\r\ncontent-length: ${content.length}\r\n\r\n${content}`];
}

test("over polling: a payload of several packets, and one of nothing but a ping", () => {
  const steps: Step[] = [
    request("GET", "", ""),
    response('0{"sid":"s"}'),
    request("POST", "&sid=s", '420["subscribe",{"channel":"topic/a"}]'),
    response("ok"),
    request("GET", "&sid=s", ""),
    response("2"),
    request("POST", "&sid=s", "3"),
    response("ok"),
    request("POST", "&sid=s", PUBLISH),
    response("ok"),
    request("GET", "&sid=s", ""),
    response(`${EVENT}\x1e${SUBSCRIBED}`),
  ];
  const sizes = steps.map(([, bytes]) => bytes.length);
  const size = (index: number) => sizes[index] ?? 0;
  const publishHead = size(8) - PUBLISH.length;
  const eventHead = size(11) - EVENT.length - 1 - SUBSCRIBED.length;
  assertTold(dissectPolling, isBody, steps, {
    in:
      `handshake ${size(0) + size(2)}, heartbeats ${size(4) + size(6)}, framing ${publishHead + 3}, ` +
      `envelope 20, body 5, envelope 3, framing ${size(10)}`,
    out:
      `handshake ${size(1) + size(3)}, heartbeats ${size(5) + size(7)}, framing ${size(9) + eventHead + 2}, ` +
      `envelope 40, body 5, envelope 3, framing 1, handshake ${SUBSCRIBED.length}`,
  });
});

test("unknown packets, events and requests are refused", () => {
  for (const packet of ["9", "2probe", "", "45", "42{}", '42["other",{}]', "42/admin,[]"]) {
    const dissector = dissectPolling(isBody);
    dissector.push("in", Buffer.from(request("GET", "&sid=s", "")[1]));
    const [, bytes] = response(packet);
    assert.throws(
      () => dissector.push("out", Buffer.from(bytes)),
      { name: "LabError", code: "malformed" },
      packet,
    );
  }
  const stranger = Buffer.from("GET /other?sid=s HTTP/1.1\r\n\r\n");
  assert.throws(() => dissectPolling(isBody).push("in", stranger), { code: "malformed" });
});
