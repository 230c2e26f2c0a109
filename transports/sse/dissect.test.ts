import { test } from "vitest";
import { assertTold, type Step } from "../dissect/exchange.test-fixture.ts";
import { dissect } from "./dissect.ts";

const isBody = (text: string) => text === "hello";

function chunk(text: string): string {
  return `${text.length.toString(16)}\r\n${text}\r\n`;
}

function message(startLine: string, content: string): [string, number] {
  const head = `${startLine}\r\ncontent-length: ${content.length}\r\n\r\n`;
  return [head + content, head.length];
}

test("a stream: its opening, an event over two chunks, a comment, its end", () => {
  const request = "GET /events?alive=1 HTTP/1.1\r\n\r\n";
  const head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";
  const opening = chunk("retry:1000\n\n") + chunk('event:welcome\nid:e-0\ndata:{"session":"s"}\n\n');
  const steps: Step[] = [
    ["in", request],
    ["out", head + opening],
    ["out", `${chunk('id:e-1\ndata:{"body":"he')}${chunk('llo"}\n\n')}`],
    ["out", chunk(":\n\n") + chunk('event:closed\ndata:{"code":"closed"}\n\n')],
    ["out", "0\r\n\r\n"],
  ];
  const end = chunk('event:closed\ndata:{"code":"closed"}\n\n').length + 5;
  assertTold(dissect, isBody, steps, {
    in: `handshake ${request.length}`,
    // A chunk's frame is framing: 4 before and 2 behind the first, 3 and 2 around the second; the id's line and "data:" too.
    out:
      `handshake ${head.length + opening.length}, framing 16, envelope 9, body 2, framing 5, body 3, ` +
      `envelope 2, framing 4, heartbeats 8, handshake ${end}`,
  });
});

test("requests beside it: a subscription, a publish, a sign of life", () => {
  const [subscribe] = message("POST /subscribe HTTP/1.1", '{"channel":"topic/a"}');
  const [subscribed] = message("HTTP/1.1 200 OK", '{"cursor":"e-0"}');
  const [publish, publishHead] = message("POST /publish HTTP/1.1", '{"body":"hello"}');
  const [accepted, acceptedHead] = message("HTTP/1.1 200 OK", '{"id":"e-1"}');
  const alive = "POST /alive HTTP/1.1\r\ncontent-length: 0\r\n\r\n";
  const fine = "HTTP/1.1 204 No Content\r\n\r\n";
  const steps: Step[] = [
    ["in", subscribe],
    ["out", subscribed],
    ["in", publish],
    ["out", accepted],
    ["in", alive],
    ["out", fine],
  ];
  assertTold(dissect, isBody, steps, {
    in:
      `handshake ${subscribe.length}, framing ${publishHead}, envelope 9, body 5, envelope 2, ` +
      `heartbeats ${alive.length}`,
    out: `handshake ${subscribed.length}, framing ${acceptedHead}, envelope 12, heartbeats ${fine.length}`,
  });
});
