import assert from "node:assert/strict";
import { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import { describe, test } from "vitest";
import { Hub } from "../../core/hub.ts";
import { type Bench, type BenchOptions, openBench, until } from "../conformance/bench.ts";
import { openRaw, type RawConnection, rawRequest } from "../http/raw.ts";
import { type Chunk, type Framing, StreamPeer } from "../http/stream-peer.ts";
import type { Transport } from "../port/transport.ts";
import { plainWrites } from "./plain-writes.ts";
import { serve } from "./server.ts";
import { sse, sseRaw } from "./transport.ts";

describe.concurrent.each([sse, sseRaw])("what a stream of $name bounds", (transport) => {
  const on = (options: BenchOptions, run: (bench: Bench) => Promise<void>) => () =>
    onBench(transport, options, run);

  test(
    "a channel named 900 times is followed once, and its replay comes once",
    on({ replayWindow: 1_000 }, async (bench) => {
      publishInside(bench, 1_000, "x".repeat(1_000), "topic/a");
      const stream = await ask(bench, `after=x-0${"&channel=topic/a".repeat(900)}`);
      await stream.receive('"seq":1000,"from"');
      const [, welcome = ""] = /event:welcome\nid:x-0\ndata:(.*)\n/.exec(stream.text) ?? [];
      assert.deepEqual(
        JSON.parse(welcome).channels.map(({ channel }: { channel: string }) => channel),
        ["topic/a"],
      );
      assert.equal(stream.text.split('"kind":"notification"').length - 1, 1_000);
      stream.destroy();
    }),
  );

  test(
    "what can't be followed or resumed from is refused before anything is sent, and leaves no session",
    on({ replayWindow: 10 }, async (bench) => {
      publishInside(bench, 1, "x");
      const channels = (count: number) =>
        Array.from({ length: count }, (_, i) => `channel=topic/${i}`).join("&");
      const header = (value: string) => ({ "last-event-id": value });
      for (const [query, fields, status, code] of [
        [channels(101), {}, 409, "too_many_subscriptions"],
        ["after=x%0Adata:injected", {}, 400, "invalid_cursor"],
        ["after=x%0Adata:injected&channel=topic/news", {}, 400, "invalid_cursor"],
        ["after=x-0&after=x-1&channel=topic/news", {}, 400, "invalid_cursor"],
        [`after=${"a".repeat(10_000)}-1`, {}, 400, "invalid_cursor"],
        ["", header("nonsense"), 400, "invalid_cursor"],
        ["channel=topic/news&after=x-0", header("x-0, x-1"), 400, "invalid_cursor"],
        ["alive=1&alive=1", {}, 400, "malformed"],
        ["channel=", {}, 400, "invalid_channel"],
        ["channel[]=topic/a&channel=topic/b%0Aid:1", {}, 400, "invalid_channel"],
        ["channel=topic/a&channel=user/bob", {}, 403, "forbidden"],
      ] as const) {
        const stream = await ask(bench, query, { ...fields, connection: "close" });
        const text = await stream.closed();
        assert.match(text, new RegExp(`^HTTP/1.1 ${status} `), query);
        assert.ok(text.includes(`"code":"${code}"`), text);
        assert.ok(!text.includes("injected"), text);
      }
      assert.equal(bench.hub.counters.sessions, 0);
      const stream = await ask(bench, `${channels(100)}&after=x-0`, header(""));
      await stream.receive("event:welcome\nid:x-0");
      stream.destroy();
    }),
  );

  test(
    "a stream that is asked for behind another request begins when that one is answered, and ends with its connection",
    on({}, async (bench) => {
      const connection = await openRaw(bench.server.endpoint);
      const authorization = `Bearer ${bench.token("ann")}`;
      connection.send(
        rawRequest("POST /publish", { authorization }, '{"channel":"topic/news","body":"x"}') +
          rawRequest("GET /events", { authorization }),
      );
      await connection.receive("event:welcome");
      assert.match(connection.text, / 200 [\s\S]*"seq":[\s\S]* 200 [\s\S]*text\/event-stream/);
      connection.destroy();
      await until("its session is over", () => bench.hub.counters.sessions === 0);
    }),
  );

  test(
    "bytes that are no request end a stream, and nothing is written into it",
    on({}, async (bench) => {
      const stream = await ask(bench, "channel=topic/news");
      await stream.receive("event:welcome");
      stream.send("garbage\r\n\r\n");
      const text = await stream.closed();
      assert.equal(text.split("HTTP/1.1").length, 2, text);
      await until("its session is over", () => bench.hub.counters.sessions === 0);
    }),
  );

  test(
    "a stream whose token runs out is told so, and its connection has the time of one without a session",
    on({ serve: { handshakeTimeoutMs: 300 } }, async (bench) => {
      const stream = await openRaw(bench.server.endpoint);
      stream.send(rawRequest("GET /events", { authorization: `Bearer ${bench.token("ann", 1_000)}` }));
      await stream.receive('event:closed\ndata:{"code":"unauthenticated"');
      await stream.receive("\r\n0\r\n\r\n");
      await stream.closed(2_000);
    }),
  );

  for (const version of ["1.1", "1.0"])
    for (const [what, body] of [
      ["ASCII", "x".repeat(1_000)],
      ["text of three bytes a character", "\u8a9e".repeat(1_000)],
    ] as const)
      test(
        `a reader that stalls is cut off at the bound, by HTTP/${version} and with ${what}`,
        on({ serve: { maxBufferedBytes: MAX_BUFFERED } }, async (bench) => {
          const { counters } = bench.hub;
          const stream = await stall(bench, version);
          for (let sent = 0; counters.slowDisconnects === 0; sent += 100) {
            assert.ok(sent < 100_000, "it is never cut off");
            publishInside(bench, 100, body);
            await new Promise((resolve) => setImmediate(resolve));
          }
          assert.ok(counters.mostHeldBytes > MAX_BUFFERED, `${counters.mostHeldBytes}`);
          assert.ok(counters.mostHeldBytes < MAX_BUFFERED + 4_000, `${counters.mostHeldBytes}`);
          assert.equal(counters.sessions, 0);
          stream.destroy();
        }),
      );

  test(
    "a reader that stalls while it catches up holds no more than half the bound, and is ended by the heartbeat",
    on(
      {
        replayWindow: 20_000,
        heartbeat: { intervalMs: 300, timeoutMs: 100 },
        serve: { maxBufferedBytes: MAX_BUFFERED },
      },
      async (bench) => {
        const { counters } = bench.hub;
        publishInside(bench, 20_000, "x".repeat(1_000));
        const stream = await stall(bench, "1.1", "&after=x-0");
        await until("it is ended", () => counters.sessions === 0);
        assert.equal(counters.slowDisconnects, 0);
        assert.ok(counters.mostHeldBytes <= MAX_BUFFERED / 2 + 2_000, `${counters.mostHeldBytes}`);
        stream.destroy();
      },
    ),
  );

  test(
    "a long gap comes whole by HTTP/1.0",
    on({ replayWindow: 5_000, serve: { maxBufferedBytes: 64 * 1024 } }, async (bench) => {
      publishInside(bench, 5_000, "x".repeat(1_000));
      const stream = await ask(bench, "channel=topic/news&after=x-0", {}, "1.0");
      await stream.receive('"seq":5000,"from"', 15_000);
      const numbers = [...stream.text.matchAll(/"seq":(\d+),"from"/g)].map(([, seq]) => Number(seq));
      assert.deepEqual(
        numbers,
        Array.from({ length: 5_000 }, (_, index) => index + 1),
      );
      stream.destroy();
    }),
  );
});

const MAX_BUFFERED = 128 * 1024;

test("a head that better-sse can't make sense of is refused with a reason", () =>
  onBench(sse, {}, async (bench) => {
    for (let i = 0; i < 20; i += 1) {
      const stream = await ask(bench, "", { host: "not a host", connection: "close" });
      assert.match(await stream.closed(), /^HTTP\/1.1 400 [\s\S]*"code":"malformed"/);
    }
    assert.deepEqual([bench.hub.counters.sessions, bench.hub.counters.internal], [0, 0]);
  }));

test("what is due before the head is out is bounded too", () => {
  const hub = newHub();
  const request = new IncomingMessage(new Socket());
  let over = false;
  const chunk = { bytes: 1, units: 1 };
  const framing: Framing<Chunk> = {
    event: () => chunk,
    last: () => chunk,
    open: () => new Promise(() => undefined),
  };
  const peer = new StreamPeer(
    { hub, framing, maxBufferedBytes: 10_000 },
    {
      request,
      response: new ServerResponse(request),
      declaresLife: false,
      ping: chunk,
      forget: () => {
        over = true;
      },
    },
  );
  void peer.open();
  for (let i = 0; i < 11; i += 1) peer.send({ bytes: 1_000, units: 1_000 });
  assert.equal(over, false);
  peer.send({ bytes: 1_000, units: 1_000 });
  assert.deepEqual([over, hub.counters.slowDisconnects], [true, 1]);
});

test("a stream on which writing fails is ended and counted, and the others get what they are due", async () => {
  const hub = newHub();
  let opened = 0;
  const flavour: typeof plainWrites = {
    ...plainWrites,
    open: async (request, response, failed) => {
      const write = await plainWrites.open(request, response, failed);
      opened += 1;
      const fails = opened === 2;
      return (chunk) => {
        if (fails && chunk.frame.includes("hello")) throw new TypeError("can't write");
        write(chunk);
      };
    },
  };
  const server = await serve(hub, {}, flavour);
  try {
    const streams: RawConnection[] = [];
    for (const user of ["ann", "bob", "cid"]) {
      const stream = await openRaw(server.endpoint);
      stream.send(rawRequest("GET /events?channel=topic/news", { authorization: `Bearer ${user}` }));
      await stream.receive("event:welcome");
      streams.push(stream);
    }
    publishInside({ hub }, 1, "hello");
    await streams[0]?.receive('"body":"hello"');
    await streams[2]?.receive('"body":"hello"');
    await streams[1]?.closed();
    assert.deepEqual([hub.counters.internal, hub.counters.sessions], [1, 2]);
    for (const stream of streams) stream.destroy();
  } finally {
    await server.close();
  }
});

function newHub(): Hub {
  return new Hub({
    clock: Date.now,
    authenticate: (user) => ({ user, expiresAt: Number.POSITIVE_INFINITY }),
    epoch: "x",
    publishesPerMinute: Number.POSITIVE_INFINITY,
  });
}

async function onBench(transport: Transport, options: BenchOptions, run: (bench: Bench) => Promise<void>) {
  const bench = await openBench(transport, { epoch: "x", ...options });
  try {
    await run(bench);
  } finally {
    await bench.close();
  }
}

async function ask(
  bench: Bench,
  query: string,
  fields: Readonly<Record<string, string>> = {},
  version = "1.1",
): Promise<RawConnection> {
  const stream = await openRaw(bench.server.endpoint);
  const authorization = `Bearer ${bench.token("ann")}`;
  const request = rawRequest(`GET /events?${query}`, { authorization, ...fields });
  stream.send(request.replace("HTTP/1.1", `HTTP/${version}`));
  return stream;
}

/** A stream of topic/news that is welcome and then reads no more. */
async function stall(bench: Bench, version: string, more = ""): Promise<RawConnection> {
  const stream = await ask(bench, `channel=topic/news${more}`, {}, version);
  await stream.receive("event:welcome");
  stream.socket.pause();
  return stream;
}

/** Publishes to the hub itself, in one tick. */
function publishInside({ hub }: Pick<Bench, "hub">, count: number, body: string, channel = "topic/news") {
  const outlet = hub.attach<undefined>(
    () => undefined,
    () => undefined,
  );
  const session = outlet.connect({ user: "inside", expiresAt: Number.POSITIVE_INFINITY }, undefined);
  for (let i = 0; i < count; i += 1) hub.publish(session, channel, body);
  outlet.detach();
}
