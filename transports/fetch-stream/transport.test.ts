import assert from "node:assert/strict";
import { test } from "vitest";
import { openBench, within } from "../conformance/bench.ts";
import { describeConformance } from "../conformance/describe.ts";
import { assertTold, type Step } from "../dissect/exchange.test-fixture.ts";
import type { Fields } from "../session/envelope.ts";
import { dissect } from "./dissect.ts";
import { readLines } from "./lines.ts";
import { fetchStream } from "./transport.ts";

describeConformance(fetchStream);

test("fetch() reads a welcome, an event, and why it ends, a line each", async () => {
  const bench = await openBench(fetchStream);
  try {
    const headers = { authorization: `Bearer ${bench.token("bob")}` };
    const answer = await fetch(`${bench.server.endpoint.url}/stream?channel=topic/news`, { headers });
    assert.equal(answer.headers.get("content-type"), "application/x-ndjson");
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
    assert.ok(reader);
    let text = "";
    const line = async (): Promise<Fields> => {
      while (!text.includes("\n")) {
        const { done, value } = await within("more of the stream", reader.read());
        assert.ok(!done, text);
        text += value;
      }
      const end = text.indexOf("\n");
      const parsed: Fields = JSON.parse(text.slice(0, end));
      text = text.slice(end + 1);
      return parsed;
    };
    const welcome = await line();
    assert.equal(welcome.kind, "welcome");
    await (await bench.connect("ann")).publish({ channel: "topic/news", body: "two\nlines" });
    const event = await line();
    assert.deepEqual([event.kind, event.body], ["notification", "two\nlines"]);
    const session = { "x-session": String(welcome.session) };
    await fetch(`${bench.server.endpoint.url}/alive`, { method: "POST", headers: session });
    assert.deepEqual(await line(), { kind: "alive" });
    await bench.server.close();
    const last = await line();
    assert.deepEqual([last.kind, last.code], ["closed", "closed"]);
    assert.ok((await reader.read()).done);
  } finally {
    await bench.close();
  }
});

test("lines are the same however they are cut, and what is none is refused", () => {
  const text =
    '{"kind":"welcome","session":"s"}\n{"kind":"alive"}\n\r\n{"kind":"x","n":1}\n{"kind":"closed"}\n';
  for (let size = 1; size <= text.length; size += 1) {
    const got: string[] = [];
    const note = ({ kind }: Fields) => void got.push(String(kind));
    const feed = readLines({ event: note, welcome: note, closed: note });
    for (let from = 0; from < text.length; from += size) feed(text.slice(from, from + size));
    assert.deepEqual(got, ["welcome", "x", "closed"], `pieces of ${size}`);
  }
  const nothing = () => undefined;
  const feed = readLines({ event: nothing, welcome: nothing, closed: nothing });
  assert.throws(() => feed("[]\n"), { code: "malformed" });
  const endless = readLines({ event: nothing, welcome: nothing, closed: nothing });
  assert.throws(
    () => {
      for (let piece = 0; piece < 20; piece += 1) endless("x".repeat(1024 * 1024));
    },
    { code: "malformed" },
  );
});

test("a stream by its parts: its opening, an event over two chunks, a heartbeat, its end", () => {
  const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`;
  const request = "GET /stream?alive=1 HTTP/1.1\r\n\r\n";
  const head = "HTTP/1.1 200 OK\r\ncontent-type: application/x-ndjson\r\ntransfer-encoding: chunked\r\n\r\n";
  const opening = chunk('{"kind":"welcome","session":"s"}\n');
  const alive = chunk('{"kind":"alive"}\n');
  const end = `${chunk('{"kind":"closed","code":"closed"}\n')}0\r\n\r\n`;
  const steps: Step[] = [
    ["in", request],
    ["out", head + opening],
    ["out", chunk('{"body":"he') + chunk('llo"}\n')],
    ["out", alive + end],
  ];
  assertTold(dissect, (text) => text === "hello", steps, {
    in: `handshake ${request.length}`,
    out:
      `handshake ${head.length + opening.length}, framing 3, envelope 9, body 2, framing 5, body 3, envelope 2, framing 3, ` +
      `heartbeats ${alive.length}, handshake ${end.length}`,
  });
});
