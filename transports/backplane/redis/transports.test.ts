import assert from "node:assert/strict";
import { afterAll, beforeAll, describe, test } from "vitest";
import { type Bench, code, createInbox, openBench, until } from "../../conformance/bench.ts";
import type { ConnectionState, Transport } from "../../port/transport.ts";
import { transports } from "../../registry.ts";
import { connectRedis } from "./backplane.ts";
import { type RedisServer, redisIsHere, startRedis } from "./redis-server.test-fixture.ts";

describe.skipIf(!redisIsHere)("on two nodes", () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.close());

  /** Two servers of a service of their own, whose tokens are the same. */
  const onTwoNodes = async (transport: Transport, body: (here: Bench, there: Bench) => Promise<void>) => {
    const secret = "a secret of thirty-two characters";
    const open = async () => {
      const backplane = await connectRedis(redis.url, { prefix: `${transport.name}:` });
      const bench = await openBench(transport, { secret, backplane, replayWindow: 100 });
      const close = async () => {
        await bench.close();
        await backplane.close();
      };
      return { ...bench, server: bench.server, close };
    };
    const benches = await Promise.all([open(), open()]);
    try {
      await body(...benches);
    } finally {
      await Promise.all(benches.map((bench) => bench.close()));
    }
  };

  const plain = transports.filter(({ name, supports }) => !name.includes(":") && supports.network);
  test.each(plain.map((transport) => [transport.name, transport] as const))("%s", (_, transport) =>
    onTwoNodes(transport, async (here, there) => {
      const states: ConnectionState[] = [];
      const ann = await here.connect("ann");
      const bob = await there.connect("bob", { onState: (state) => states.push(state) });
      const [annInbox, bobInbox] = [createInbox(), createInbox()];
      await ann.subscribe("user/ann", annInbox.onEvent);
      await bob.subscribe("topic/a", bobInbox.onEvent);
      const bodies = Array.from({ length: 20 }, (_, index) => `${index}`);
      const accepted = await Promise.all(bodies.map((body) => ann.publish({ channel: "topic/a", body })));
      await bobInbox.waitFor(20);
      assert.deepEqual(bobInbox.bodies, bodies, "published here, followed there");
      await bob.markRead(accepted[0]?.id ?? "");
      await annInbox.waitFor(1);
      assert.equal(annInbox.events[0]?.kind, "receipt");

      if (transport.supports.resume) {
        const late = await here.connect("late");
        const inbox = createInbox();
        const { missed } = await late.subscribe("topic/a", inbox.onEvent, bobInbox.events[4]?.id);
        await inbox.waitFor(15);
        assert.deepEqual([inbox.bodies, missed], [bodies.slice(5), false], "begun there, resumed here");
      }

      await redis.command("FLUSHALL");
      await until("the gap is told on the connection that stands", () => states.length > 0);
      assert.deepEqual(states, [{ state: "connected", missed: ["topic/a"] }]);
      for (;;) {
        const outcome = await ann
          .publish({ channel: "topic/a", body: "after" })
          .catch((error: unknown) => error);
        if (!(outcome instanceof Error)) break;
        assert.ok(code("unavailable")(outcome), String(outcome));
      }
      await bobInbox.waitFor(21);
      assert.deepEqual([bobInbox.bodies.length, bobInbox.bodies.at(-1)], [21, "after"]);
      const cursor = bobInbox.events.at(-1)?.id;
      assert.equal(cursor?.split("-")[0], here.hub.epoch);
    }),
  );

  test("while Redis is away a request is refused as its transport does, and connections stand", async () => {
    const own = await startRedis();
    const benches = await Promise.all(
      plain.map(async (transport) => {
        const backplane = await connectRedis(own.url, { prefix: `${transport.name}:` });
        const bench = await openBench(transport, { backplane });
        return { bench, backplane, client: await bench.connect("ann"), http: transport.name === "sse" };
      }),
    );
    try {
      for (const { client } of benches) await client.subscribe("topic/a", createInbox().onEvent);
      await own.kill();
      await Promise.all(
        benches.map(async ({ bench, client, http }) => {
          await assert.rejects(client.publish({ channel: "topic/a", body: "x" }), code("unavailable"));
          await assert.rejects(client.subscribe("topic/new", createInbox().onEvent), code("unavailable"));
          assert.ok(await client.subscribe("topic/a", createInbox().onEvent), "it is followed here already");
          assert.equal(bench.hub.counters.sessions, 1);
          if (!http) return;
          const headers = {
            authorization: `Bearer ${bench.token("ann")}`,
            "content-type": "application/json",
          };
          const body = JSON.stringify({ channel: "topic/a", body: "x" });
          const url = bench.server.endpoint.url;
          const answers = await Promise.all([
            fetch(`${url}/publish`, { method: "POST", headers, body }),
            fetch(`${url}/events?channel=topic/new`, { headers }),
          ]);
          for (const answer of answers)
            assert.deepEqual([answer.status, answer.headers.get("retry-after")], [503, "1"]);
        }),
      );
    } finally {
      for (const { bench, backplane } of benches) {
        await bench.close();
        await backplane.close();
      }
      await own.close();
    }
  });
});
