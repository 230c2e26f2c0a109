import assert from "node:assert/strict";
import { test } from "vitest";
import { assertTold, type Step } from "../dissect/exchange.test-fixture.ts";
import { dissect } from "./dissect.ts";

const isBody = (text: string) => text === "hello";
const POLL = "GET /poll?after=0 HTTP/1.1\r\nx-session: s\r\n\r\n";

function message(startLine: string, content: string): [string, number] {
  const head = `${startLine}\r\ncontent-length: ${content.length}\r\n\r\n`;
  return [head + content, head.length];
}

test("a poll is for what its answer brings", () => {
  const [open] = message("POST /sessions HTTP/1.1", "{}");
  const [opened] = message("HTTP/1.1 200 OK", '{"session":"s"}');
  const [empty] = message("HTTP/1.1 200 OK", '{"cursor":"0","events":[]}');
  const [full, fullHead] = message("HTTP/1.1 200 OK", '{"cursor":"1","events":[{"body":"hello"}]}');
  const [over] = message("HTTP/1.1 410 Gone", '{"code":"closed","message":""}');
  const steps: Step[] = [
    ["in", open],
    ["out", opened],
    ["in", POLL],
    ["out", empty],
    ["in", POLL],
    ["out", full],
    ["in", POLL],
    ["out", over],
  ];
  const poll = POLL.length;
  assertTold(dissect, isBody, steps, {
    in: `handshake ${open.length}, heartbeats ${poll}, framing ${poll}, handshake ${poll}`,
    out:
      `handshake ${opened.length}, heartbeats ${empty.length}, framing ${fullHead}, envelope 33, body 5, ` +
      `envelope 4, handshake ${over.length}`,
  });
});

test("a poll that waits is held, and another request is refused", () => {
  const dissector = dissect(isBody);
  assert.deepEqual(dissector.push("in", Buffer.from(POLL)), []);
  assert.equal(dissector.held("in"), POLL.length);
  assert.throws(() => dissector.push("in", Buffer.from("GET /favicon.ico HTTP/1.1\r\n\r\n")), {
    code: "malformed",
  });
});
