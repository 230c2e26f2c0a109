import assert from "node:assert/strict";
import { test } from "vitest";
import { type Bench, type BenchOptions, createInbox, until } from "../conformance/bench.ts";
import { bearer, describeOverHttp, publishHead, publishRequest } from "./over-http.test-fixture.ts";
import { openRaw, rawRequest } from "./raw.ts";

/* How the transports over HTTP answer what is odd. */

describeOverHttp((on, name, opening) => {
  test("an internal error is counted, reported, and told to nobody", () => {
    const internalErrors: unknown[] = [];
    const options: BenchOptions = {
      authenticate: () => {
        throw new TypeError("the inner workings");
      },
      onInternalError: (error) => internalErrors.push(error),
    };
    return on(options, async (bench) => {
      for (const line of ["POST /publish", opening]) {
        const connection = await openRaw(bench.server.endpoint);
        const content = line.startsWith("POST") ? "{}" : "";
        connection.send(rawRequest(line, { authorization: "Bearer x", connection: "close" }, content));
        const text = await connection.closed();
        assert.match(text, /^HTTP\/1.1 500 /);
        assert.match(text, /"code":"internal"/);
        assert.ok(!text.includes("inner"), text);
      }
      assert.equal(bench.hub.counters.internal, 2);
      assert.deepEqual(internalErrors.map(String), Array(2).fill("TypeError: the inner workings"));
    })();
  });

  test(
    "who has no token is told how to show one (RFC 9110, 15.5.2)",
    on({}, async (bench) => {
      const connection = await openRaw(bench.server.endpoint);
      connection.send(rawRequest("POST /publish", { connection: "close" }, "{}"));
      const text = await connection.closed();
      assert.match(text, /^HTTP\/1.1 401 /);
      assert.match(text, /\r\nwww-authenticate: Bearer\r\n/);
    }),
  );

  test(
    "what is no request, and every shape that could smuggle a second one in, is refused and the connection closed",
    on({}, async (bench) => {
      const each = Object.entries(unreadable(bench)).map(async ([what, bytes]) => {
        const connection = await openRaw(bench.server.endpoint);
        connection.send(bytes);
        const text = await connection.closed();
        assert.match(text, /^HTTP\/1.1 4\d\d /, what);
        assert.equal(text.split("HTTP/1.1 ").length, 2, `${what}: ${text}`);
      });
      await Promise.all(each);
      assert.equal(bench.hub.counters.published, 0);
    }),
  );

  test(
    "odd methods are refused and change nothing",
    on({}, async (bench) => {
      const receiving = name.startsWith("sse") ? "/events" : "/poll?after=0";
      const methods = ["HEAD", "OPTIONS", "TRACE", "PUT", "PATCH", "QUERY", "LINK", "PROPFIND"];
      const lines = methods.flatMap((method) =>
        [receiving, "/publish", "/sessions", "*"].map((path) => `${method} ${path}`),
      );
      const each = lines.map(async (line) => {
        const connection = await openRaw(bench.server.endpoint);
        const authorization = `Bearer ${bench.token("ann")}`;
        connection.send(rawRequest(line, { authorization, connection: "close" }));
        assert.match(await connection.closed(), /^HTTP\/1.1 4\d\d /, line);
      });
      await Promise.all(each);
      const tunnel = await openRaw(bench.server.endpoint);
      tunnel.send("CONNECT 127.0.0.1:1 HTTP/1.1\r\nhost: localhost\r\n\r\n");
      assert.equal(await tunnel.closed(), "");
      assert.equal(bench.hub.counters.sessions, 0);
      assert.equal(bench.hub.counters.published, 0);
    }),
  );

  test(
    "requests that are pipelined are answered in order, and a flood of them behind an answer that waits ends the connection",
    on({}, async (bench) => {
      const polite = await openRaw(bench.server.endpoint);
      polite.send(publishRequest(bench).repeat(10));
      await until("all are carried out", () => bench.hub.counters.published === 10);
      await until("all are answered", () => polite.text.split(" 200 OK").length === 11);
      polite.destroy();

      const waiting = await openRaw(bench.server.endpoint);
      const authorization = `Bearer ${bench.token("ann")}`;
      if (name.startsWith("sse")) {
        waiting.send(rawRequest("GET /events", { authorization }));
        await waiting.receive("event:welcome");
      } else {
        waiting.send(rawRequest("POST /sessions", { authorization }));
        await waiting.receive('"session":"');
        const [, session = ""] = /"session":"([^"]+)"/.exec(waiting.text) ?? [];
        waiting.send(rawRequest("GET /poll?after=0", { "x-session": session }));
      }
      waiting.send(rawRequest("GET /nowhere").repeat(300));
      await waiting.closed();
    }),
  );

  test(
    "a request of one connection is answered before most of those that another has pipelined",
    on({}, async (bench) => {
      const [flood, honest] = await Promise.all([
        openRaw(bench.server.endpoint),
        openRaw(bench.server.endpoint),
      ]);
      const answered = () => flood.text.split("HTTP/1.1 ").length - 1;
      // Both in one tick: a quick machine would answer the whole flood before anybody could see that it has begun.
      flood.send(publishRequest(bench).repeat(60));
      honest.send(publishRequest(bench));
      await honest.receive('"seq":');
      assert.ok(answered() < 40, `${answered()} of 60 were answered before`);
      flood.destroy();
      honest.destroy();
    }),
  );

  test(
    "marking as read what nobody published erases nobody's replay",
    on({ replayWindow: 10, maxIdleChannels: 8 }, async (bench) => {
      const ann = await bench.connect("ann");
      await ann.publish({ channel: "user/bob", body: "for bob, who is absent" });
      const eve = await openRaw(bench.server.endpoint);
      const authorization = `Bearer ${bench.token("eve")}`;
      const answers = () => eve.text.split("unknown_notification").length - 1;
      for (let i = 0; i < 12; i += 1)
        eve.send(
          rawRequest("POST /read", { authorization }, JSON.stringify({ id: "x-1", channel: `topic/${i}` })),
        );
      await until("they are answered", () => answers() === 12);
      eve.destroy();
      const inbox = createInbox();
      const bob = await bench.connect("bob");
      const { missed } = await bob.subscribe("user/bob", inbox.onEvent, `${bench.hub.epoch}-0`);
      assert.equal(missed, false);
      await inbox.waitFor(1);
    }),
  );
});

function unreadable(bench: Bench): Record<string, string> {
  const head = publishHead(bench);
  const second = publishRequest(bench);
  return {
    garbage: "\u0000\u0001\u0002 nonsense\r\n\r\n",
    "no version": `POST /publish\r\n${bearer(bench)}\r\n\r\n`,
    "no host": `POST /publish HTTP/1.1\r\n${bearer(bench)}\r\n\r\n`,
    "a head of 17 KiB": rawRequest("GET /nowhere", { "x-long": "a".repeat(17 * 1024) }),
    "a target of 17 KiB": rawRequest(`GET /events?${"channel=topic/a&".repeat(1_100)}`),
    "two lengths": `${head}content-length: 2\r\ncontent-length: 3\r\n\r\n{}${second}`,
    "a length and a coding": `${head}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n${second}`,
    "a coding and a length": `${head}transfer-encoding: chunked\r\ncontent-length: 2\r\n\r\n0\r\n\r\n${second}`,
    "a coding that is not the last": `${head}transfer-encoding: chunked, identity\r\n\r\n0\r\n\r\n${second}`,
    "an unknown coding": `${head}transfer-encoding: xchunked\r\n\r\n0\r\n\r\n${second}`,
    "a length with a sign": `${head}content-length: +2\r\n\r\n{}${second}`,
    "a length that is none": `${head}content-length: 2, 2\r\n\r\n{}${second}`,
    "a field before a colon with a blank": `${head}content-length : 2\r\n\r\n{}${second}`,
    "a size of a chunk that is none": `${head}transfer-encoding: chunked\r\n\r\nzz\r\n\r\n${second}`,
    "bytes behind a chunk": `${head}transfer-encoding: chunked\r\n\r\n2\r\n{}xx\r\n0\r\n\r\n${second}`,
    "extensions of a chunk without end": `${head}transfer-encoding: chunked\r\n\r\n2;${"a".repeat(20_000)}\r\n{}\r\n`,
  };
}
