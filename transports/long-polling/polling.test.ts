import assert from "node:assert/strict";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { once } from "node:events";
import { Socket } from "node:net";
import { describe, test } from "vitest";
import { type Bench, type BenchOptions, openBench, until, within } from "../conformance/bench.ts";
import { openRaw, rawRequest } from "../http/raw.ts";
import { isObject } from "../session/envelope.ts";
import { longPolling, longPollingRaw } from "./transport.ts";

const MAX_BUFFERED = 512 * 1024;

for (const transport of [longPolling, longPollingRaw])
  describe(`what polling of ${transport.name} bounds`, {
    tags: transport === longPolling ? [] : ["full"],
  }, () => {
    const on = (options: BenchOptions, run: (bench: Bench) => Promise<void>) => async () => {
      const bench = await openBench(transport, { epoch: "x", ...options });
      try {
        await run(bench);
      } finally {
        await bench.close();
      }
    };

    test(
      "a session that resumes and does not poll holds half its bound of what it missed, and then gets all of it",
      on({ replayWindow: 5_000, serve: { maxBufferedBytes: 64 * 1024 } }, async (bench) => {
        publishInside(bench, 5_000);
        const session = await open(bench);
        await session.ask("POST /subscribe", { channel: "topic/news", after: "x-0" });
        assert.ok(
          bench.hub.counters.mostHeldBytes <= 32 * 1024 + 2_000,
          `${bench.hub.counters.mostHeldBytes}`,
        );
        const numbers: number[] = [];
        for (let after = "0"; numbers.length < 5_000; ) {
          const { cursor, events, dropped } = await session.poll(after);
          assert.equal(dropped, undefined);
          assert.ok(Array.isArray(events) && events.length > 0, "an answer without events");
          for (const { seq } of events) numbers.push(seq);
          after = String(cursor);
        }
        assert.deepEqual(
          numbers,
          Array.from({ length: 5_000 }, (_, index) => index + 1),
        );
        assert.equal(bench.hub.counters.dropped, 0);
        session.connection.destroy();
      }),
    );

    test(
      "who polls more slowly than others publish while it catches up is told so, and nothing is left out in silence",
      on({ replayWindow: 100, serve: { maxBufferedBytes: 16 * 1024 } }, async (bench) => {
        publishInside(bench, 100);
        const session = await open(bench);
        await session.ask("POST /subscribe", { channel: "topic/news", after: "x-0" });
        publishInside(bench, 1_000);
        const { cursor } = await session.poll("0");
        const refused = await session.poll(String(cursor));
        assert.deepEqual([refused.status, refused.code], [503, "slow_consumer"]);
        assert.equal(bench.hub.counters.slowDisconnects, 1);
        session.connection.destroy();
      }),
    );

    test(
      "an answer that nobody reads is held on one connection of a session, however many poll for it",
      on({ serve: { maxBufferedBytes: MAX_BUFFERED } }, async (bench) => {
        const session = await open(bench);
        await session.ask("POST /subscribe", { channel: "topic/news" });
        const stalled = await pollUnread(bench, session.id);
        const another = await openRaw(bench.server.endpoint);
        another.send(rawRequest("GET /poll?after=0", { "x-session": session.id }));
        await stalled.ended;
        another.destroy();
        session.connection.destroy();
      }),
    );

    test(
      "an answer that nobody reads is not held for longer than its session and the time of a connection without one",
      on({ serve: { maxBufferedBytes: MAX_BUFFERED, handshakeTimeoutMs: 400 } }, async (bench) => {
        const session = await open(bench);
        await session.ask("POST /subscribe", { channel: "topic/news" });
        const stalled = await pollUnread(bench, session.id);
        await session.ask("DELETE /sessions");
        // A valid request of a client that has not read the answer before buys it nothing.
        stalled.connection.send(
          rawRequest("POST /publish", { authorization: `Bearer ${bench.token("ann")}` }, "{}"),
        );
        await stalled.ended;
        session.connection.destroy();
      }),
    );

    test(
      "an answer of which not a byte is read for two heartbeats ends its connection",
      on(
        { heartbeat: { intervalMs: 100, timeoutMs: 100 }, serve: { maxBufferedBytes: MAX_BUFFERED } },
        async (bench) => {
          const session = await open(bench);
          await session.ask("POST /subscribe", { channel: "topic/news" });
          await (await pollUnread(bench, session.id)).ended;
          session.connection.destroy();
        },
      ),
    );

    test(
      "sessions that are guessed, cursors of others and odd polls are refused",
      on({}, async (bench) => {
        const [mine, other] = [await open(bench), await open(bench)];
        await other.ask("POST /subscribe", { channel: "topic/news" });
        publishInside(bench, 1);
        const { cursor } = await other.poll("0");
        const refusal = async (line: string, fields = {}) => {
          const { status, code } = await mine.ask(line, undefined, fields);
          return [status, code];
        };
        assert.deepEqual(await refusal(`GET /poll?after=${cursor}`), [400, "invalid_cursor"]);
        assert.deepEqual(await refusal("GET /poll"), [400, "invalid_cursor"]);
        assert.deepEqual(await refusal("GET /poll?after=0&after=0"), [400, "invalid_cursor"]);
        assert.deepEqual(await refusal(`GET /poll?after=${"0".repeat(10_000)}`), [400, "invalid_cursor"]);
        const guess = { "x-session": mine.id.slice(0, -1) };
        assert.deepEqual(await refusal("GET /poll?after=0", guess), [410, "closed"]);
        assert.deepEqual(await refusal("GET /poll?after=0", { "x-session": "__proto__" }), [410, "closed"]);
        for (const waitMs of ["1", null, 0, -1, {}, []]) {
          const { status, code } = await mine.ask("POST /sessions", { waitMs });
          assert.deepEqual([status, code], [400, "malformed"], JSON.stringify(waitMs));
        }
        assert.equal(bench.hub.counters.sessions, 2);
        for (const { connection } of [mine, other]) connection.destroy();
      }),
    );

    test(
      "a poll that waits as its token runs out is told so",
      on({}, async (bench) => {
        const session = await open(bench, 2_000);
        const { status, code } = await session.poll("0");
        assert.deepEqual([status, code], [401, "unauthenticated"]);
        session.connection.destroy();
      }),
    );

    test(
      "a poll is answered by fastify's reply, or by Node's response where the name says raw",
      on({ heartbeat: { intervalMs: 100, timeoutMs: 1_000 } }, async (bench) => {
        const session = await open(bench);
        await session.poll("0");
        const type = transport.name.endsWith(":raw") ? "application/json" : "application/json; charset=utf-8";
        assert.ok(session.connection.text.includes(`\r\ncontent-type: ${type}\r\n`), session.connection.text);
        session.connection.destroy();
      }),
    );
  });

type Answer = Record<string, unknown> & { readonly status: number };

/** A session and the one connection on which it asks, one request after the other. */
async function open(bench: Bench, expiresInMs?: number) {
  const connection = await openRaw(bench.server.endpoint);
  let read = 0;
  const authorization = `Bearer ${bench.token("ann", expiresInMs)}`;
  const send = async (line: string, content: object | undefined, fields: Record<string, string>) => {
    connection.send(rawRequest(line, fields, content && JSON.stringify(content)));
    let answer: Answer | undefined;
    await until(`${line} is answered`, () => {
      const head = connection.text.slice(read).split("\r\n\r\n", 2);
      if (head.length < 2) return false;
      const length = Number(/\r\ncontent-length: (\d+)/i.exec(head[0] ?? "")?.[1] ?? 0);
      const from = read + (head[0]?.length ?? 0) + 4;
      if (connection.text.length < from + length) return false;
      const body = connection.text.slice(from, from + length);
      answer = { ...JSON.parse(body === "" ? "{}" : body), status: Number(head[0]?.split(" ")[1]) };
      read = from + length;
      return true;
    });
    return answer ?? assert.fail();
  };
  const { session } = await send("POST /sessions", undefined, { authorization });
  const id = String(session);
  return {
    connection,
    id,
    ask: (line: string, content?: object, fields: Record<string, string> = {}) =>
      send(line, content, { authorization, "x-session": id, ...fields }),
    poll: (after: string) =>
      send(`GET /poll?after=${encodeURIComponent(after)}`, undefined, { "x-session": id }),
  };
}

/** A connection on which polls were answered and nothing is read, so that the kernel takes no more of them. */
async function pollUnread(bench: Bench, session: string) {
  publishInside(bench, 400);
  const atServer: Socket[] = [];
  const onSocket = (message: unknown) => {
    if (isObject(message) && message.socket instanceof Socket) atServer.push(message.socket);
  };
  subscribe("net.server.socket", onSocket);
  const connection = await openRaw(bench.server.endpoint);
  await until("the server has the connection", () => atServer.length > 0);
  unsubscribe("net.server.socket", onSocket);
  connection.socket.pause();
  connection.send(rawRequest("GET /poll?after=0", { "x-session": session }).repeat(60));
  const [socket] = atServer;
  await until("an answer waits", () => (socket?.writableLength ?? 0) > 0);
  return {
    connection,
    get ended() {
      return within("the server ends the connection", once(socket ?? connection.socket, "close"));
    },
  };
}

/** Publishes to the hub itself, in one tick. */
function publishInside({ hub }: Bench, count: number): void {
  const outlet = hub.attach<undefined>(
    () => undefined,
    () => undefined,
  );
  const session = outlet.connect({ user: "inside", expiresAt: Number.POSITIVE_INFINITY }, undefined);
  for (let i = 0; i < count; i += 1) hub.publish(session, "topic/news", "x".repeat(1_000));
  outlet.detach();
}
