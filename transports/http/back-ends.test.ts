import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, test } from "vitest";
import { type Bench, type BenchOptions, createInbox, openBench, until } from "../conformance/bench.ts";
import { findTransport } from "../registry.ts";
import { openRaw, rawRequest } from "./raw.ts";

/* What back ends may ask, the same on every server that speaks HTTP. */

/** Long enough for a handshake of TLS on a busy machine. */
const HANDSHAKE_MS = 1_500;

const names = [
  "websocket",
  "websocket:fastify",
  "websocket:tls",
  "socketio",
  "socketio:polling",
  "sse",
  "long-polling",
];

describe.concurrent.each(names)("%s", (name) => {
  const on = (options: BenchOptions, run: (bench: Bench) => Promise<void>) => async () => {
    const transport = findTransport(name);
    assert.ok(transport);
    const bench = await openBench(transport, options);
    try {
      await run(bench);
    } finally {
      await bench.close();
    }
  };

  /** Status, head and content of a POST. */
  async function post(bench: Bench, path: string, fields: object | string, token = bench.token("shop")) {
    const connection = await openRaw(bench.server.endpoint);
    const content = typeof fields === "string" ? fields : JSON.stringify(fields);
    const head = { authorization: `Bearer ${token}`, connection: "close" };
    connection.send(rawRequest(`POST ${path}`, head, content));
    const text = await connection.closed();
    const [top = "", rest = ""] = text.split("\r\n\r\n");
    return { status: text.slice(9, 12), head: top.toLowerCase(), body: rest };
  }

  test(
    "a notification and a read receipt by POST",
    on({}, async (bench) => {
      const [ann, shop] = [await bench.connect("ann"), await bench.connect("shop")];
      const [annInbox, shopInbox] = [createInbox(), createInbox()];
      await ann.subscribe("user/ann", annInbox.onEvent);
      await shop.subscribe("user/shop", shopInbox.onEvent);
      const { status, body } = await post(bench, "/notifications", { channel: "user/ann", body: "shipped" });
      assert.equal(status, "200", body);
      const { id, seq } = JSON.parse(body);
      assert.equal(seq, 1);
      await annInbox.waitFor(1);
      assert.deepEqual(annInbox.bodies, ["shipped"]);
      const read = await post(bench, "/read", { id, channel: "user/ann" }, bench.token("ann"));
      assert.equal(read.status, "200", read.body);
      await shopInbox.waitFor(1);
      assert.equal(shopInbox.events[0]?.kind, "receipt");
      assert.equal(bench.hub.counters.sessions, 2, "a single request leaves no session");
    }),
  );

  test(
    "it is refused as anybody else is",
    on({ publishesPerMinute: 1, maxBodyCharacters: 20 }, async (bench) => {
      const news = { channel: "topic/news", body: "x" };
      const refused = async (
        expected: [string, string],
        ...request: Parameters<typeof post> extends [Bench, ...infer R] ? R : never
      ) => {
        const { status, body, head } = await post(bench, ...request);
        assert.deepEqual([status, JSON.parse(body).code], expected);
        return head;
      };
      const head = await refused(["401", "unauthenticated"], "/notifications", news, "no-token");
      assert.match(head, /www-authenticate: bearer/);
      await refused(["400", "invalid_channel"], "/notifications", { ...news, channel: "news" });
      await refused(["413", "body_too_long"], "/notifications", { ...news, body: "x".repeat(21) });
      await refused(["413", "body_too_long"], "/notifications", { ...news, body: "x".repeat(10_000) });
      await refused(["400", "malformed"], "/notifications", "[1]");
      await refused(["400", "malformed"], "/notifications", '{"channel":');
      await refused(["404", "unknown_notification"], "/read", { id: "a-1", channel: "topic/news" });
      assert.equal((await post(bench, "/notifications", news)).status, "200");
      await refused(["429", "rate_limited"], "/notifications", news);
      assert.equal(bench.hub.counters.published, 1);
    }),
  );

  test(
    "an internal error is counted, and told to nobody",
    on({}, async (bench) => {
      bench.hub.publish = () => {
        throw new TypeError("the inner workings");
      };
      const { status, body } = await post(bench, "/notifications", { channel: "topic/news", body: "x" });
      assert.equal(status, "500");
      assert.ok(!body.includes("inner"), body);
      await until("it is counted", () => bench.hub.counters.internal === 1);
    }),
  );

  test(
    "a connection whose token holds stays for more requests, longer than one without",
    on({ serve: { handshakeTimeoutMs: HANDSHAKE_MS } }, async (bench) => {
      const [silent, connection] = [
        await openRaw(bench.server.endpoint),
        await openRaw(bench.server.endpoint),
      ];
      const authorization = `Bearer ${bench.token("shop")}`;
      const ask = () =>
        connection.send(
          rawRequest("POST /notifications", { authorization }, '{"channel":"topic/news","body":"x"}'),
        );
      ask();
      await connection.receive('"seq":1');
      await silent.closed(20_000);
      await sleep(HANDSHAKE_MS);
      ask();
      await connection.receive('"seq":2');
      connection.destroy();
    }),
  );
});
