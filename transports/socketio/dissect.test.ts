import assert from "node:assert/strict";
import { test } from "vitest";
import { assertTold, type Step } from "../dissect/exchange.test-fixture.ts";
import { dissect, dissectPolling } from "./dissect.ts";

const isBody = (text: string) => text === "hello";
const SUBSCRIBED = '430[{"ok":true,"cursor":"e-0","missed":false}]';
const PUBLISH = '421["publish",{"body":"hello"}]';
const EVENT = '42["event",{"kind":"notification","body":"hello"}]';

/** Frames with a mask of zeros. */
function frame(direction: "in" | "out", text: string): Step {
  const mask = direction === "in" ? [0x80 | text.length, 0, 0, 0, 0] : [text.length];
  return [direction, Buffer.concat([Buffer.from([0x81, ...mask]), Buffer.from(text)])];
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
