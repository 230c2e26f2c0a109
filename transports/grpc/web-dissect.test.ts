import assert from "node:assert/strict";
import { test } from "vitest";
import { assertTold, type Step } from "../dissect/exchange.test-fixture.ts";
import { bytesOf, encode, encodeEvent } from "./framing.ts";
import { Accepted, Follow, Publish } from "./generated/messages.ts";
import { dissectWeb } from "./web-dissect.ts";
import { framed, trailersFrame } from "./web-framing.ts";

const isBody = (text: string) => text === "hello";
const bytes = (...pieces: Uint8Array[]) => Buffer.concat(pieces);
const headOf = (line: string, ...fields: string[]) => Buffer.from([line, ...fields, "\r\n"].join("\r\n"));
const request = (method: string, content: Buffer) =>
  bytes(
    headOf(`POST /notiflab.v1.Web/${method} HTTP/1.1`, "host: x", `content-length: ${content.length}`),
    content,
  );
const answer = (content: Buffer) =>
  bytes(headOf("HTTP/1.1 200 OK", `content-length: ${content.length}`), content);
const chunk = (content: Uint8Array) =>
  bytes(Buffer.from(`${content.length.toString(16)}\r\n`), content, Buffer.from("\r\n"));

test("a stream: its welcome, an event, a sign of life, and its end", () => {
  const follow = request(
    "Follow",
    bytes(framed(bytesOf(Follow, { channels: [], resume: undefined, alive: true }))),
  );
  const head = headOf("HTTP/1.1 200 OK", "transfer-encoding: chunked");
  const welcome = framed(encode({ $case: "welcome", value: { session: "s", heartbeatMs: 10 } }));
  const event = framed(
    encodeEvent({
      kind: "notification",
      id: "h-1",
      channel: "topic/a",
      seq: 1,
      from: "ann",
      body: "hello",
      at: 5,
    }),
  );
  const ping = framed(encode({ $case: "done", value: { ref: 0 } }));
  const before = Buffer.from(event).indexOf("hello");
  const steps: Step[] = [
    ["in", follow],
    ["out", head],
    ["out", chunk(welcome)],
    ["out", chunk(event)],
    ["out", chunk(ping)],
    ["out", chunk(trailersFrame())],
  ];
  assertTold(dissectWeb, isBody, steps, {
    in: `handshake ${follow.length}`,
    out:
      `handshake ${head.length + chunk(welcome).length}, framing 9, envelope ${before - 5}, body 5, ` +
      `envelope ${event.length - before - 5}, framing 2, heartbeats ${chunk(ping).length}, ` +
      `handshake ${chunk(trailersFrame()).length}`,
  });
});

test("a publish and its answer, whose trailers are framing", () => {
  const content = bytes(framed(bytesOf(Publish, { channel: "topic/a", body: "hello" })));
  const accepted = framed(bytesOf(Accepted, { ref: 0, id: "h-1", seq: 1, at: 5 }));
  const publish = request("Publish", content);
  const answered = answer(bytes(accepted, trailersFrame()));
  const before = publish.length - content.length + 5;
  const prefix = answered.length - accepted.length - trailersFrame().length + 5;
  const steps: Step[] = [
    ["in", publish],
    ["out", answered],
  ];
  assertTold(dissectWeb, isBody, steps, {
    in: `framing ${before}, envelope ${content.length - 10}, body 5`,
    out: `framing ${prefix}, envelope ${accepted.length - 5}, framing ${trailersFrame().length}`,
  });
});

test("other calls, frames that are none, and foreign bodies are refused", () => {
  const foreign = bytes(framed(bytesOf(Publish, { channel: "topic/a", body: "else" })));
  for (const wrong of [
    request("Else", Buffer.alloc(0)),
    request("Publish", Buffer.from([0, 0, 0, 0, 9, 1])),
    request("Publish", foreign),
  ])
    assert.throws(() => dissectWeb(isBody).push("in", wrong), { name: "LabError", code: "malformed" });
});
