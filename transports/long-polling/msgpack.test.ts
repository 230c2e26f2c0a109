import assert from "node:assert/strict";
import { test } from "vitest";
import { msgpack } from "../codec/msgpack.ts";
import { type Bench, type BenchOptions, createInbox, openBench } from "../conformance/bench.ts";
import { overTls } from "../port/tls.ts";
import { longPolling, longPollingMsgpack } from "./transport.ts";

const MSGPACK = "application/vnd.msgpack";

test("requests, answers and batches are MessagePack and say so", () =>
  onBench({}, async (bench, ask) => {
    const opened = await ask("POST", "/sessions", bearer(bench, "ann"), { waitMs: 60_000 });
    const { session, cursor, waitMs } = msgpack.parse(opened.content);
    assert.deepEqual(
      [opened.status, opened.type, cursor, waitMs],
      [200, MSGPACK, "0", bench.hub.heartbeat.intervalMs],
    );
    const headers = { "x-session": String(session) };
    await ask("POST", "/subscribe", headers, { channel: "topic/news" });
    const published = await ask("POST", "/publish", headers, { channel: "topic/news", body: "Grüße ☃" });
    assert.equal(published.type, MSGPACK);
    const { id, seq, at } = msgpack.parse(published.content);
    const polled = await ask("GET", "/poll?after=0", headers);
    assert.equal(polled.type, MSGPACK);
    const event = { kind: "notification", id, channel: "topic/news", seq, from: "ann", body: "Grüße ☃", at };
    assert.deepEqual(polled.content, msgpack.encode({ cursor: id, events: [event] }));
    const ended = await ask("DELETE", "/sessions", headers);
    assert.deepEqual([ended.status, ended.content.length], [204, 0]);
  }));

test("errors are JSON: another media type, what is no map, a long array, a body too long, no token", () =>
  onBench({}, async (bench, ask) => {
    const headers = bearer(bench, "ann");
    const refused = async (content: Buffer | string, type = MSGPACK, from = headers) => {
      const answer = await ask("POST", "/publish", { ...from, "content-type": type }, content);
      assert.match(answer.type, /^application\/json/);
      return [answer.status, JSON.parse(answer.content.toString()).code];
    };
    const request = { channel: "topic/news", body: "x" };
    assert.deepEqual(await refused(JSON.stringify(request), "application/json"), [400, "malformed"]);
    assert.deepEqual(await refused(msgpack.encode(request), "application/x-msgpack"), [400, "malformed"]);
    assert.deepEqual(await refused(Buffer.from([0xc1])), [400, "malformed"]);
    assert.deepEqual(await refused(Buffer.alloc(0)), [400, "malformed"]);
    assert.deepEqual(await refused(msgpack.encode({ ...request, more: Array(17).fill(1) })), [
      400,
      "malformed",
    ]);
    assert.deepEqual(await refused(msgpack.encode({ ...request, body: 1 })), [400, "invalid_body"]);
    const long = "x".repeat(bench.hub.maxBodyCharacters + 1);
    assert.deepEqual(await refused(msgpack.encode({ ...request, body: long })), [413, "body_too_long"]);
    assert.deepEqual(await refused(Buffer.alloc(1_000_000)), [413, "body_too_long"]);
    assert.deepEqual(await refused(msgpack.encode(request), MSGPACK, {}), [401, "unauthenticated"]);
    assert.equal((await ask("POST", "/publish", headers, msgpack.encode(request))).status, 200);
  }));

test("a client of the other encoding is told so, and not left waiting", async () => {
  for (const [server, client] of [
    [longPollingMsgpack, longPolling],
    [longPolling, longPollingMsgpack],
  ] as const) {
    const bench = await openBench(server);
    try {
      const options = { token: bench.token("ann"), reconnect: { attempts: 0, delayMs: 0, jitter: 0 } };
      await assert.rejects(client.connect(bench.server.endpoint, options), { code: "malformed" });
    } finally {
      await bench.close();
    }
  }
});

test("it runs over TLS as every transport does", async () => {
  const bench = await openBench(overTls(longPollingMsgpack));
  try {
    const inbox = createInbox();
    const ann = await bench.connect("ann");
    await ann.subscribe("topic/news", inbox.onEvent);
    await ann.publish({ channel: "topic/news", body: "Grüße ☃" });
    await inbox.waitFor(1);
    assert.deepEqual(inbox.bodies, ["Grüße ☃"]);
  } finally {
    await bench.close();
  }
});

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly content: Buffer;
}
type Ask = (
  method: string,
  path: string,
  headers: Record<string, string>,
  body?: object | string,
) => Promise<Answer>;

/** Runs against a server, with a plain fetch in place of a client; an object that is no buffer goes as MessagePack. */
async function onBench(options: BenchOptions, run: (bench: Bench, ask: Ask) => Promise<void>) {
  const bench = await openBench(longPollingMsgpack, options);
  try {
    await run(bench, async (method, path, headers, body) => {
      const content = typeof body === "object" && !Buffer.isBuffer(body) ? msgpack.encode(body) : body;
      const answer = await fetch(bench.server.endpoint.url + path, {
        method,
        headers: content === undefined ? headers : { "content-type": MSGPACK, ...headers },
        body: content === undefined ? null : Buffer.isBuffer(content) ? new Uint8Array(content) : content,
      });
      const type = answer.headers.get("content-type") ?? "";
      return { status: answer.status, type, content: Buffer.from(await answer.arrayBuffer()) };
    });
  } finally {
    await bench.close();
  }
}

function bearer(bench: Bench, user: string): Record<string, string> {
  return { authorization: `Bearer ${bench.token(user)}` };
}
