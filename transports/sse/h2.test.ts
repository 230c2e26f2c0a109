import assert from "node:assert/strict";
import { once } from "node:events";
import { type ClientHttp2Session, connect } from "node:http2";
import { test } from "vitest";
import {
  type Bench,
  type BenchOptions,
  createInbox,
  openBench,
  until,
  within,
} from "../conformance/bench.ts";
import { assertTold, type Step } from "../dissect/exchange.test-fixture.ts";
import { overTls } from "../port/tls.ts";
import { dissect } from "./h2-dissect.ts";
import { sseH2 } from "./transport.ts";

test("ten streams of one connection get what they follow; one that is reset leaves the others, and its session", () =>
  onBench({}, async (bench, session) => {
    const headers = { authorization: `Bearer ${bench.token("bob")}` };
    const streams = Array.from({ length: 10 }, () => openEvents(session, headers));
    await until("all are welcome", () => streams.every(({ text }) => text.includes("event:welcome")));
    assert.equal(bench.hub.counters.sessions, 10);
    const [first, ...others] = streams;
    first?.stream.close();
    await until("one session is over", () => bench.hub.counters.sessions === 9);
    await (await bench.connect("ann")).publish({ channel: "topic/news", body: "hello" });
    await until("the others have it", () => others.every(({ text }) => text.includes('"body":"hello"')));
    assert.ok(!first?.text.includes("hello"));
  }));

test("what is asked beside streams is answered as on every HTTP transport", () =>
  onBench({}, async (bench, session) => {
    const authorization = `Bearer ${bench.token("ann")}`;
    const post = (path: string, content: string, type = "application/json") =>
      ask(session, { ":method": "POST", ":path": path, authorization, "content-type": type }, content);
    const channel = "topic/news";
    assert.equal((await post("/publish", JSON.stringify({ channel, body: "x" }))).status, 200);
    assert.equal((await post("/notifications", JSON.stringify({ channel, body: "x" }))).status, 200);
    const refusals = [
      [await post("/publish", "{"), 400, "malformed"],
      [await post("/publish", "{}", "text/plain"), 400, "malformed"],
      [await post("/publish", `"${"x".repeat(100_000)}"`), 413, "body_too_long"],
      [await post("/subscribe", JSON.stringify({ channel })), 400, "malformed"],
      [await post("/alive", ""), 400, "malformed"],
      [await ask(session, { ":path": "/nowhere" }), 404, "unsupported"],
      [await ask(session, { ":path": "/events" }), 401, "unauthenticated"],
      [await ask(session, { ":path": "/events?channel=user/bob", authorization }), 403, "forbidden"],
      [await ask(session, { ":path": "/events?alive=1&alive=1", authorization }), 400, "malformed"],
    ] as const;
    for (const [{ status, code }, wanted, name] of refusals) assert.deepEqual([status, code], [wanted, name]);
    assert.equal(bench.hub.counters.sessions, 0);
  }));

test("a connection that was let in and has no stream any more is ended in time, and one with a stream is not", () =>
  onBench({ serve: { handshakeTimeoutMs: 300 } }, async (bench, session) => {
    const authorization = `Bearer ${bench.token("ann")}`;
    const stream = openEvents(session, { authorization });
    await until("it is welcome", () => stream.text.includes("event:welcome"));
    for (let asked = 0; asked < 3; asked += 1) {
      await ask(session, { ":method": "POST", ":path": "/alive", "x-session": "guessed" }, "");
      await new Promise((later) => setTimeout(later, 150));
    }
    assert.equal(session.destroyed, false);
    stream.stream.close();
    await within("the connection is ended", once(session, "close"));
  }));

test("over TLS the protocol is told by ALPN, and a client speaks it", async () => {
  const bench = await openBench(overTls(sseH2));
  try {
    const inbox = createInbox();
    const bob = await bench.connect("bob");
    await bob.subscribe("topic/news", inbox.onEvent);
    await bob.publish({ channel: "topic/news", body: "hello" });
    await inbox.waitFor(1);
    const { certificate: ca, url } = bench.server.endpoint;
    const session = connect(url.replace("h2s:", "https:"), ca === undefined ? {} : { ca });
    await within("it connects", once(session, "connect"));
    assert.equal(session.alpnProtocol, "h2");
    session.destroy();
  } finally {
    await bench.close();
  }
});

const END_STREAM = 1;

function frame(type: number, flags: number, stream: number, payload: string): Buffer {
  const header = Buffer.alloc(9);
  header.writeUIntBE(payload.length, 0, 3);
  header[3] = type;
  header[4] = flags;
  header.writeUInt32BE(stream, 5);
  return Buffer.concat([header, Buffer.from(payload)]);
}

test("every byte of a connection with several streams has its part, whichever comes first", () => {
  const preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
  const fields = (stream: number, flags = 0) => frame(1, flags, stream, "fields");
  const data = (stream: number, text: string, flags = 0) => frame(0, flags, stream, text);
  const publish = '{"channel":"topic/a","body":"hello"}';
  const subscribe = '{"channel":"topic/a"}';
  const accepted = '{"id":"e-1","seq":1,"at":5}';
  const steps: Step[] = [
    ["in", preface],
    ["in", frame(4, 0, 0, "")],
    ["in", fields(1, END_STREAM)],
    ["out", frame(4, 0, 0, "")],
    ["out", fields(1)],
    ["out", data(1, 'event:welcome\ndata:{"session":"s"}\n\n')],
    ["in", fields(3)],
    ["in", data(3, subscribe, END_STREAM)],
    ["in", fields(5)],
    ["in", data(5, publish)],
    ["in", data(5, "", END_STREAM)],
    ["out", fields(3)],
    ["out", data(1, 'id:e-1\ndata:{"body":"he')],
    ["out", data(3, '{"seq":0}', END_STREAM)],
    ["out", data(1, 'llo"}\n\n')],
    ["out", fields(5)],
    ["out", data(5, accepted, END_STREAM)],
    ["in", fields(7, END_STREAM)],
    ["out", fields(7, END_STREAM)],
    ["out", data(1, ":\n\n")],
  ];
  assertTold(dissect, (text) => text === "hello", steps, {
    in:
      `handshake ${24 + 9 + 15 + 15 + 9 + subscribe.length}, framing 24, envelope ${publish.length - 7}, body 5, envelope 2, ` +
      "framing 9, heartbeats 15",
    out:
      `handshake ${9 + 15 + 9 + 36 + 15}, framing ${9 + 7 + 5}, envelope 9, body 2, handshake ${9 + 9}, framing 9, body 3, ` +
      `envelope 2, framing 26, envelope ${accepted.length}, heartbeats ${15 + 12}`,
  });
});

interface Answer {
  readonly status: number | undefined;
  readonly code?: string;
}

async function ask(
  session: ClientHttp2Session,
  fields: Record<string, string>,
  content?: string,
): Promise<Answer> {
  const stream = session.request(fields, { endStream: content === undefined });
  stream.on("error", () => undefined);
  let status: number | undefined;
  let text = "";
  stream.once("response", (head) => {
    status = head[":status"];
  });
  stream.on("data", (chunk) => {
    text += String(chunk);
  });
  if (content !== undefined) stream.end(content);
  await within("an answer", once(stream, "close"));
  const parsed: { readonly code?: string } = text === "" ? {} : JSON.parse(text);
  return { ...parsed, status };
}

/** A stream of topic/news read as text. */
function openEvents(session: ClientHttp2Session, headers: Record<string, string>) {
  const stream = session.request({ ":path": "/events?channel=topic/news", ...headers });
  const got = { stream, text: "" };
  stream.on("error", () => undefined);
  stream.on("data", (chunk) => {
    got.text += String(chunk);
  });
  return got;
}

async function onBench(
  options: BenchOptions,
  run: (bench: Bench, session: ClientHttp2Session) => Promise<void>,
): Promise<void> {
  const bench = await openBench(sseH2, options);
  const session = connect(bench.server.endpoint.url.replace("h2:", "http:"));
  session.on("error", () => undefined);
  try {
    await run(bench, session);
  } finally {
    session.destroy();
    await bench.close();
  }
}
