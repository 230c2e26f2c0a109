import assert from "node:assert/strict";
import { test } from "vitest";
import { nextPoll } from "./next-poll.ts";

const poll = "GET /poll?after=e-1 HTTP/1.1\r\nhost: x\r\nx-session: s\r\n\r\n";
const body = '{"cursor":"e-2a","events":[{"id":"e-2a"}]}';
const answer = `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

test("asks again from the cursor of a whole answer, and waits for the rest of one that is not", () => {
  assert.equal(nextPoll(poll, answer), poll.replace("after=e-1", "after=e-2a"));
  for (let end = 0; end < answer.length; end += 1)
    assert.equal(nextPoll(poll, answer.slice(0, end)), undefined);
});
