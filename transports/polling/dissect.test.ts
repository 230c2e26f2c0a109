import { test } from "vitest";
import { assertTold, type Step } from "../dissect/exchange.test-fixture.ts";
import { dissect } from "./dissect.ts";

test("a poll that is answered with 304 is a heartbeat, and so is its answer", () => {
  const poll = 'GET /notifications?after=0 HTTP/1.1\r\nif-none-match: "0"\r\n\r\n';
  const same = 'HTTP/1.1 304 Not Modified\r\netag: "0"\r\n\r\n';
  const content = '{"cursor":"1","events":[{"body":"hello"}]}';
  const head = `HTTP/1.1 200 OK\r\netag: "1"\r\ncontent-length: ${content.length}\r\n\r\n`;
  const steps: Step[] = [
    ["in", poll],
    ["out", same],
    ["in", poll],
    ["out", head + content],
  ];
  assertTold(dissect, (text) => text === "hello", steps, {
    in: `heartbeats ${poll.length}, framing ${poll.length}`,
    out: `heartbeats ${same.length}, framing ${head.length}, envelope 33, body 5, envelope 4`,
  });
});
