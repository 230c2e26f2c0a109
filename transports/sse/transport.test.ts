import assert from "node:assert/strict";
import { connect } from "node:net";
import { EventSource } from "eventsource";
import { describe, test } from "vitest";
import { type Bench, type BenchOptions, openBench, until, within } from "../conformance/bench.ts";
import { describeConformance } from "../conformance/describe.ts";
import { openProxy } from "../conformance/proxy.ts";
import type { Transport } from "../port/transport.ts";
import { betterSse } from "./better-sse.ts";
import { plainWrites } from "./plain-writes.ts";
import { sse, sseH2, sseRaw } from "./transport.ts";

describeConformance(sse);
describeConformance(sseRaw);
describeConformance(sseH2);

describe.each([sse, sseRaw])("for other people's clients: $name", (transport) => {
  test("an EventSource follows channels, and resumes by itself behind a cut", () =>
    onBench(transport, { replayWindow: 10 }, async (bench) => {
      const proxy = await openProxy(bench.server.endpoint);
      const query = `channel=topic/a&channel=topic/b&access_token=${bench.token("bob")}`;
      const source = new EventSource(`${proxy.endpoint.url}/events?${query}`);
      try {
        const got: string[] = [];
        source.onmessage = ({ data, lastEventId }) => {
          const event: { id?: unknown; body?: unknown } = JSON.parse(data);
          assert.equal(event.id, lastEventId);
          got.push(String(event.body));
        };
        await within("it opens", new Promise((opened) => source.addEventListener("open", opened)));
        const ann = await bench.connect("ann");
        proxy.cut();
        await until("the server notices", () => bench.hub.counters.sessions === 1);
        // Never seen an event, and in both channels: the welcome's id says from where, and the replay comes in one order.
        for (const [channel, body] of [
          ["topic/a", "1"],
          ["topic/b", "2"],
          ["topic/a", "3"],
        ] as const)
          await ann.publish({ channel, body });
        proxy.heal();
        await until("it has all of them", () => got.length === 3, 10_000);
        await ann.publish({ channel: "topic/b", body: "4" });
        await until("it is live again", () => got.length === 4);
        assert.deepEqual(got, ["1", "2", "3", "4"]);
      } finally {
        source.close();
        await proxy.close();
      }
    }));

  test("an EventSource gives up when the token is refused", () =>
    onBench(transport, {}, async (bench) => {
      const source = new EventSource(`${bench.server.endpoint.url}/events?access_token=forged`);
      const failed = new Promise<{ code?: number | undefined }>((resolve) =>
        source.addEventListener("error", resolve),
      );
      assert.equal((await within("it fails", failed)).code, 401);
      assert.equal(source.readyState, EventSource.CLOSED);
    }));

  test("a session by hand: welcome, subscribe, publish, and an end that says why", () =>
    onBench(transport, {}, async (bench) => {
      const stream = await openStream(bench, "ann");
      const { session } = JSON.parse(stream.dataOf(await stream.block("event:welcome")));
      const headers = { "x-session": session, "content-type": "application/json" };
      const post = async (path: string, body: object) => {
        const answer = await fetch(bench.server.endpoint.url + path, {
          method: "POST",
          headers,
          body: JSON.stringify(body),
        });
        return { status: answer.status, ...JSON.parse(await answer.text()) };
      };
      assert.equal((await post("/subscribe", { channel: "topic/news" })).status, 200);
      const { id } = await post("/publish", { channel: "topic/news", body: "hello" });
      const block = await stream.block(`id:${id}`);
      assert.equal(JSON.parse(stream.dataOf(block)).body, "hello");
      const refusal = await post("/subscribe", { channel: "user/bob" });
      assert.deepEqual([refusal.status, refusal.code], [403, "forbidden"]);
      await bench.server.close();
      assert.equal(JSON.parse(stream.dataOf(await stream.block("event:closed"))).code, "closed");
    }));

  test("an HTTP/1.0 client gets the text alone, without the frames of a coding it does not know", () =>
    onBench(transport, {}, async (bench) => {
      const url = new URL(bench.server.endpoint.url);
      const socket = connect(Number(url.port), url.hostname);
      socket.on("error", () => socket.destroy());
      let got = "";
      socket.on("data", (chunk) => {
        got += String(chunk);
      });
      try {
        socket.write(
          `GET /events?channel=topic/a HTTP/1.0\r\nauthorization: Bearer ${bench.token("bob")}\r\n\r\n`,
        );
        await until("it is welcome", () => got.includes("event:welcome"));
        await (await bench.connect("ann")).publish({ channel: "topic/a", body: "plain" });
        await until("it has the event", () => got.includes('"body":"plain"'));
        const body = got.slice(got.indexOf("\r\n\r\n") + 4);
        const names = new Set(body.split("\n").map((line) => line.split(":")[0]));
        assert.deepEqual([...names].sort(), ["", "data", "event", "id", "retry"]);
      } finally {
        socket.destroy();
      }
    }));

  test("a stream that never declared signs of life is not held to them", () =>
    onBench(transport, { heartbeat: { intervalMs: 100, timeoutMs: 50 } }, async (bench) => {
      const stream = await openStream(bench, "ann");
      for (let beats = 0; beats < 5; beats += 1) await stream.block(":");
      assert.equal(bench.hub.counters.sessions, 1);
      const declared = await openStream(bench, "bob", "alive=1");
      await declared.ended;
      assert.equal(bench.hub.counters.sessions, 1, "one that did is");
      await stream.cancel();
    }));

  test("a channel that is refused leaves no session", () =>
    onBench(transport, {}, async (bench) => {
      for (const [query, status] of [
        ["channel=user/bob", 403],
        ["channel=nonsense", 400],
        ["channel=topic/a&after=nonsense", 400],
      ] as const) {
        const answer = await fetch(
          `${bench.server.endpoint.url}/events?${query}&access_token=${bench.token("ann")}`,
        );
        assert.equal(answer.status, status, await answer.text());
      }
      assert.equal(bench.hub.counters.sessions, 0);
    }));
});

test("both variants put the same bytes on the stream", () => {
  for (const fields of [
    { data: "{}" },
    { id: "a-1", data: "{}" },
    { event: "welcome", id: "a-1", data: "{}" },
  ]) {
    const text = betterSse.encode(fields).buffer.read();
    const chunk = `${text.length.toString(16)}\r\n${text}\r\n`;
    assert.equal(plainWrites.encode(fields).frame.toString(), chunk);
  }
});

async function onBench(transport: Transport, options: BenchOptions, run: (bench: Bench) => Promise<void>) {
  const bench = await openBench(transport, options);
  try {
    await run(bench);
  } finally {
    await bench.close();
  }
}

/** A stream read as text, block by block. */
async function openStream(bench: Bench, user: string, query = "") {
  const answer = await fetch(`${bench.server.endpoint.url}/events?${query}`, {
    headers: { authorization: `Bearer ${bench.token(user)}` },
  });
  assert.equal(answer.headers.get("content-type"), "text/event-stream");
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  assert.ok(reader);
  let text = "";
  const next = async () => {
    while (!text.includes("\n\n")) {
      const { done, value } = await within("more of the stream", reader.read());
      if (done) return undefined;
      text += value;
    }
    const end = text.indexOf("\n\n");
    const block = text.slice(0, end);
    text = text.slice(end + 2);
    return block;
  };
  return {
    block: async (start: string): Promise<string> => {
      for (let block = await next(); block !== undefined; block = await next()) {
        if (block.startsWith(start)) return block;
      }
      throw new Error(`the stream ended without ${start}`);
    },
    dataOf: (block: string): string => block.slice(block.indexOf("data:") + 5),
    get ended(): Promise<void> {
      const drain = async (): Promise<void> => {
        while ((await next().catch(() => undefined)) !== undefined);
      };
      return drain();
    },
    cancel: () => reader.cancel(),
  };
}
