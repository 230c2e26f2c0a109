import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, test } from "vitest";
import { type Bench, createInbox, until } from "../conformance/bench.ts";
import { bearer, describeOverHttp, publishHead, publishRequest } from "./over-http.test-fixture.ts";
import { openRaw, type RawConnection, rawRequest } from "./raw.ts";

/* How the transports over HTTP bound connections, sessions, and the time that a request may take. */

const HANDSHAKE_MS = 1_000;
const DEADLINE = { serve: { handshakeTimeoutMs: HANDSHAKE_MS } };

describeOverHttp((on, _name, opening) => {
  describe("a connection is ended at its deadline", () => {
    const ways: Record<string, (bench: Bench, connection: RawConnection) => () => void> = {
      "that says nothing": () => () => undefined,
      "whose head comes in slowly, a token that holds in it": (bench, connection) => {
        connection.send(`POST /publish HTTP/1.1\r\nhost: localhost\r\n${bearer(bench)}\r\nx-slow: `);
        return () => connection.send("a");
      },
      "whose content comes in slowly": (bench, connection) => {
        connection.send(`${publishHead(bench)}content-length: 900\r\n\r\n`);
        return () => connection.send(" ");
      },
      "whose chunks have no end": (bench, connection) => {
        connection.send(`${publishHead(bench)}transfer-encoding: chunked\r\n\r\n`);
        return () => connection.send("1\r\n \r\n");
      },
      "that shows a refused token again and again": (_, connection) => () =>
        connection.send(rawRequest("POST /publish", { authorization: "Bearer forged" }, "{}")),
      "that never shows a token": (_, connection) => () => connection.send(rawRequest("GET /nowhere")),
      "that guesses sessions": (_, connection) => () =>
        connection.send(rawRequest("POST /publish", { "x-session": "guessed" }, "{}")),
    };
    for (const [what, begin] of Object.entries(ways))
      test(
        what,
        on(DEADLINE, async (bench) => {
          const connection = await openRaw(bench.server.endpoint);
          const began = performance.now();
          const drip = setInterval(begin(bench, connection), 40);
          try {
            const text = await connection.closed(HANDSHAKE_MS + 10_000);
            assert.ok(performance.now() - began > HANDSHAKE_MS / 4, text);
            assert.ok(!text.includes(" 200 "), text);
            assert.equal(bench.hub.counters.published, 0);
          } finally {
            clearInterval(drip);
            connection.destroy();
          }
        }),
      );
  });

  test(
    "a request that comes in slowly is told so",
    // Node looks for late requests now and then; on a busy machine the connection's own end may come first.
    { retry: 2 },
    on(DEADLINE, async (bench) => {
      const connection = await openRaw(bench.server.endpoint);
      connection.send(`${publishHead(bench)}content-length: 900\r\n\r\n`);
      const text = await connection.closed();
      assert.match(text, /^HTTP\/1.1 408 /);
      assert.match(text, /"code":"timeout"/);
    }),
  );

  test(
    "a connection that has shown what holds may idle, until it shows what does not",
    on(DEADLINE, async (bench) => {
      const connection = await openRaw(bench.server.endpoint);
      const publish = async (count: number) => {
        connection.send(publishRequest(bench));
        await until("it is published", () => bench.hub.counters.published === count);
      };
      await publish(1);
      await sleep(HANDSHAKE_MS + 300);
      await publish(2);
      connection.send(rawRequest("POST /publish", { "x-session": "over" }, "{}"));
      await connection.receive(" 410 ");
      await publish(3);
      await sleep(HANDSHAKE_MS + 300);
      await publish(4);
      connection.send(rawRequest("POST /publish", { "x-session": "over" }, "{}"));
      await connection.closed(HANDSHAKE_MS + 10_000);
    }),
  );

  test(
    "an honest client lives on far beyond the deadline, and a session's connections may idle",
    on(DEADLINE, async (bench) => {
      const ann = await bench.connect("ann");
      const inbox = createInbox();
      await ann.subscribe("topic/news", inbox.onEvent);
      await sleep(HANDSHAKE_MS + 400);
      await ann.publish({ channel: "topic/news", body: "still here" });
      await inbox.waitFor(1);
      assert.equal(bench.hub.counters.sessions, 1);
    }),
  );

  test(
    "connections of one address are bounded, and one that goes makes room",
    on({ serve: { maxConnectionsPerAddress: 3 } }, async (bench) => {
      const open = () => openRaw(bench.server.endpoint);
      const connections = [await open(), await open(), await open()];
      await (await open()).closed();
      connections[0]?.destroy();
      // Whether there is room again no event tells.
      for (let tries = 0; tries < 50; tries += 1) {
        const another = await open();
        another.send(rawRequest("GET /nowhere"));
        const served = await another.receive(" 404 ").then(
          () => true,
          () => false,
        );
        another.destroy();
        if (served) break;
        assert.ok(tries < 49, "no room");
      }
      for (const connection of connections) connection.destroy();
    }),
  );

  test(
    "sessions of one user are bounded over HTTP",
    on({ maxSessionsPerUser: 3 }, async (bench) => {
      const connections = await Promise.all(Array.from({ length: 4 }, () => openRaw(bench.server.endpoint)));
      for (const [index, connection] of connections.entries()) {
        connection.send(rawRequest(opening, { authorization: `bearer ${bench.token("ann")}` }));
        await connection.receive(index < 3 ? '"session":' : '"too_many_sessions"');
      }
      assert.match(connections[3]?.text ?? "", / 429 /);
      assert.equal(bench.hub.counters.sessions, 3);
      for (const connection of connections) connection.destroy();
    }),
  );
});
