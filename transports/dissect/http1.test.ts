import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { readHttp1 } from "./http1.ts";
import { Reader } from "./reader.ts";

/** What was told of a stream that comes in pieces of that size, one line an event. */
function told(role: "request" | "response", text: string, size = text.length): string[] {
  const events: string[] = [];
  const reader = new Reader(
    readHttp1(role, {
      head: ({ startLine, length }) => events.push(`head ${length} ${startLine}`),
      content: (before, content, after) => events.push(`content ${before} "${content}" ${after}`),
      ended: (length) => events.push(`ended ${length}`),
    }),
  );
  for (let at = 0; at < text.length; at += size) reader.push(Buffer.from(text.slice(at, at + size)));
  assert.equal(reader.held, 0);
  return events;
}

describe.each([1, 2, 3, 7, 1_000])("in pieces of %i bytes", (size) => {
  test("a chunked response with an extension and a trailer (RFC 9112, 7.1)", () => {
    const head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    const text = `${head}4\r\nWiki\r\nB;name=x\r\npedia in ch.\r\n0\r\nExpires: never\r\n\r\n`;
    assert.deepEqual(told("response", text.replace("pedia in ch.", "pedia in ch"), size), [
      `head ${head.length} HTTP/1.1 200 OK`,
      'content 3 "Wiki" 2',
      'content 10 "pedia in ch" 2',
      "ended 21",
    ]);
  });

  test("a known length, none, and a response that has no content by its status", () => {
    const post = "POST /publish HTTP/1.1\r\ncontent-length: 5\r\n\r\n";
    const get = "GET /poll?after=0 HTTP/1.1\r\nHost: a\r\n\r\n";
    assert.deepEqual(told("request", `${post}hello${get}`, size), [
      `head ${post.length} POST /publish HTTP/1.1`,
      'content 0 "hello" 0',
      "ended 0",
      `head ${get.length} GET /poll?after=0 HTTP/1.1`,
      "ended 0",
    ]);
    const none = "HTTP/1.1 204 No Content\r\n\r\n";
    assert.deepEqual(told("response", none + none, size), [
      "head 27 HTTP/1.1 204 No Content",
      "ended 0",
      "head 27 HTTP/1.1 204 No Content",
      "ended 0",
    ]);
  });
});

test.each([
  ["request", "\0\0\0\0"],
  ["request", "GET / HTTP/2.0\r\n\r\n"],
  ["request", "GET / HTTP/1.1\r\nno colon\r\n\r\n"],
  ["response", "SSH-2.0-x\r\n"],
  ["response", "HTTP/1.1 200 OK\r\n\r\nuntil the connection ends"],
  ["response", "HTTP/1.1 200 OK\r\ncontent-length: many\r\n\r\n"],
  ["response", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\n"],
  ["response", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nabcd\r\n"],
] as const)("%s: %j is refused", (role, text) => {
  assert.throws(() => told(role, text), { name: "LabError", code: "malformed" });
});
