import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { type Bench, type BenchOptions, createInbox, openBench, until } from "../conformance/bench.ts";
import { describeConformance } from "../conformance/describe.ts";
import { openProxy } from "../conformance/proxy.ts";
import type { Transport } from "../port/transport.ts";
import { findTransport } from "../registry.ts";
import { polling, pollingNoEtag, pollingNoKeepAlive } from "./transport.ts";

describeConformance(polling);
describeConformance(pollingNoKeepAlive);
describeConformance(pollingNoEtag);

describe("a poll by hand", () => {
  test("is answered at once; 304 says that nothing is new, and 200 again what was not acknowledged", () =>
    onBench(polling, {}, async (bench) => {
      const ask = asking(bench);
      const { session } = await ask("POST", "/sessions", { authorization: `Bearer ${bench.token("ann")}` });
      const headers = { "x-session": String(session) };
      await ask("POST", "/subscribe", headers, { channel: "topic/news" });
      const empty = await ask("GET", "/notifications?after=0", headers);
      assert.deepEqual([empty.status, empty.etag, empty.cursor, empty.events], [200, '"0"', "0", []]);
      const known = { ...headers, "if-none-match": 'W/"x", W/"0"' };
      const same = await ask("GET", "/notifications?after=0", known);
      assert.deepEqual([same.status, same.etag, same.text], [304, '"0"', ""]);
      const { id } = await ask("POST", "/notifications", headers, { channel: "topic/news", body: "hello" });
      const news = await ask("GET", "/notifications?after=0", known);
      assert.deepEqual([news.status, news.etag, news.cursor], [200, `"${id}"`, id]);
      assert.deepEqual(await ask("GET", "/notifications?after=0", headers), news);
      const after = `/notifications?after=${encodeURIComponent(String(id))}`;
      assert.equal((await ask("GET", after, { ...headers, "if-none-match": `"${id}"` })).status, 304);
      assert.equal((await ask("GET", "/notifications?after=0", headers)).code, "invalid_cursor");
    }));

  test("gets an empty list and no tag where the name says so", () =>
    onBench(pollingNoEtag, {}, async (bench) => {
      const ask = asking(bench);
      const { session } = await ask("POST", "/sessions", { authorization: `Bearer ${bench.token("ann")}` });
      const headers = { "x-session": String(session), "if-none-match": '"0"' };
      const { status, etag, events } = await ask("GET", "/notifications?after=0", headers);
      assert.deepEqual([status, etag, events], [200, null, []]);
    }));
});

/** What the clients of some users said on their connections while they got one event. */
async function recorded(transport: Transport): Promise<readonly string[]> {
  const bench = await openBench(transport);
  const proxy = await openProxy(bench.server.endpoint);
  try {
    const bob = await bench.connect("bob", {}, proxy.endpoint);
    const inbox = createInbox();
    await bob.subscribe("topic/news", inbox.onEvent);
    await (await bench.connect("ann")).publish({ channel: "topic/news", body: "hello" });
    await inbox.waitFor(1);
    const polls = () => proxy.recordings.join("").split("GET /notifications").length - 1;
    const before = polls();
    await until("it polls on", () => polls() > before + 2);
    return proxy.recordings.map(String);
  } finally {
    await bench.close();
    await proxy.close();
  }
}

test("a client keeps its two connections, and says what it knows", async () => {
  const connections = await recorded(polling);
  assert.equal(connections.length, 2);
  assert.match(connections.join(""), /if-none-match: "[^"]{2,}"/);
});

test("a client without keep-alive has a connection for each request", async () => {
  for (const text of await recorded(pollingNoKeepAlive)) {
    assert.ok(text.split(" HTTP/1.1\r\n").length <= 2, text);
    if (text !== "") assert.match(text, /\r\nconnection: close\r\n/);
  }
});

test("an interval is a variant, whose client tells the server of it", () =>
  onBench(polling, {}, async (bench) => {
    const slow = findTransport("polling:2s");
    assert.ok(slow);
    assert.equal(slow.name, "polling:2s");
    const proxy = await openProxy(bench.server.endpoint);
    const client = await slow.connect(proxy.endpoint, { token: bench.token("ann") });
    assert.match(proxy.recordings.join(""), /\{"everyMs":2000\}/);
    await client.close();
    await proxy.close();
    for (const none of ["polling:5", "polling:9ms", "polling:0s", "polling:2h", "polling:11s", "sse:2s"])
      assert.equal(findTransport(none), undefined, none);
    assert.equal(findTransport("polling:2s:tls")?.name, "polling:2s:tls");
  }));

interface Answer {
  readonly status: number;
  readonly etag: string | null;
  readonly text: string;
  readonly [field: string]: unknown;
}

/** A plain fetch in place of a client. */
function asking({ server }: Bench) {
  return async (
    method: string,
    path: string,
    headers: Record<string, string>,
    body?: object,
  ): Promise<Answer> => {
    const answer = await fetch(server.endpoint.url + path, {
      method,
      headers: body ? { ...headers, "content-type": "application/json" } : headers,
      body: body ? JSON.stringify(body) : null,
    });
    const text = await answer.text();
    const fields: object = text === "" ? {} : JSON.parse(text);
    return { ...fields, status: answer.status, etag: answer.headers.get("etag"), text };
  };
}

async function onBench(transport: Transport, options: BenchOptions, run: (bench: Bench) => Promise<void>) {
  const bench = await openBench(transport, options);
  try {
    await run(bench);
  } finally {
    await bench.close();
  }
}
