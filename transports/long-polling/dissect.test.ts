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

/** Text stands for bytes of that code, so that MessagePack's own are seen. */
const packed = (startLine: string, content: string) =>
  Buffer.from(
    `${startLine}\r\ncontent-type: application/vnd.msgpack\r\ncontent-length: ${content.length}\r\n\r\n${content}`,
    "latin1",
  );

test("the same in MessagePack, two bodies in one answer, and the end in JSON as ever", () => {
  const publish = packed("POST /publish HTTP/1.1", "\x82\xa7channel\xa7topic/a\xa4body\xa5hello");
  const accepted = packed("HTTP/1.1 200 OK", "\x83\xa2id\xa3e-1\xa3seq\x01\xa2at\x05");
  const empty = packed("HTTP/1.1 200 OK", "\x82\xa6cursor\xa10\xa6events\x90");
  const events = "\x81\xa4body\xa5hello\x81\xa2of\xa3e-1\x81\xa4body\xa5hello";
  const full = packed("HTTP/1.1 200 OK", `\x82\xa6cursor\xa11\xa6events\x93${events}`);
  const [over] = message("HTTP/1.1 410 Gone", '{"code":"closed","message":""}');
  const steps: Step[] = [
    ["in", publish],
    ["out", accepted],
    ["in", POLL],
    ["out", empty],
    ["in", POLL],
    ["out", full],
    ["in", POLL],
    ["out", over],
  ];
  const poll = POLL.length;
  assertTold(dissect, isBody, steps, {
    // fixmap; "channel" and its text; "body" and the header of its text.
    in: `framing ${publish.length - 28}, envelope ${1 + 8 + 8 + 5 + 1}, body 5, heartbeats ${poll}, framing ${poll}, handshake ${poll}`,
    // fixmap; "cursor" and its text; "events" and the array's header; then each event's fixmap, "body" and the header of its text.
    out:
      `framing ${accepted.length - 17}, envelope ${1 + 3 + 4 + 4 + 1 + 3 + 1}, heartbeats ${empty.length}, framing ${full.length - 50}, ` +
      `envelope ${1 + 7 + 2 + 7 + 1 + 7}, body 5, envelope ${1 + 3 + 4 + 7}, body 5, handshake ${over.length}`,
  });
});

test("MessagePack with a body that nobody published, or that is none, is refused", () => {
  for (const content of ["\x81\xa4body\xa5other", "\x81\xa4body\xd9\x05hello", "\xc1"])
    assert.throws(() => dissect(isBody).push("in", packed("POST /publish HTTP/1.1", content)), {
      name: "LabError",
      code: "malformed",
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
