import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { describeConformanceOnRedis, withRedis } from "../backplane/redis/on-redis.test-fixture.ts";
import { redisIsHere } from "../backplane/redis/redis-server.test-fixture.ts";
import { createInbox, openBench, until } from "../conformance/bench.ts";
import { openProxy } from "../conformance/proxy.ts";
import type { ConnectionState } from "../port/transport.ts";
import { socketioRedis, socketioRedisPubsub } from "./transport.ts";

const variants = [socketioRedis, socketioRedisPubsub];

describeConformanceOnRedis(socketioRedis);
describeConformanceOnRedis(socketioRedisPubsub);

test.each(variants)(
  "without a Redis $name does not serve, and says how to give it one",
  async (transport) => {
    const message = new RegExp(`^${transport.name} .*--backplane redis`);
    await assert.rejects(openBench(transport), { code: "unsupported", message });
  },
);

describe.runIf(redisIsHere).each(variants)("two nodes of $name", (transport) => {
  const redis = withRedis();
  const twoNodes = async (prefix: string) => {
    const serve = { redis: { url: redis().url, prefix } };
    return [await openBench(transport, { serve }), await openBench(transport, { serve })] as const;
  };

  test("what one node accepts comes to those of the other, who may follow what nobody follows there", async () => {
    const [first, second] = await twoNodes("a:");
    try {
      const inbox = createInbox();
      const listener = await second.connect("bob");
      await listener.subscribe("user/bob", inbox.onEvent);
      const speaker = await first.connect("ann");
      const accepted = await speaker.publish({ channel: "user/bob", body: "hello" });
      await inbox.waitFor(1);
      assert.equal(inbox.events[0]?.id, accepted.id);
      await assert.rejects(listener.markRead(accepted.id), { code: "unknown_notification" });
    } finally {
      await Promise.all([first.close(), second.close()]);
    }
  });

  test("who loses a connection is sent what it missed meanwhile, or is told of the gap", async () => {
    const [first, second] = await twoNodes("b:");
    const proxy = await openProxy(second.server.endpoint);
    try {
      const inbox = createInbox();
      const states: ConnectionState[] = [];
      const reconnect = { attempts: 200, delayMs: 25, jitter: 0 };
      const onState = (state: ConnectionState) => states.push(state);
      const listener = await second.connect("bob", { reconnect, onState }, proxy.endpoint);
      await listener.subscribe("topic/news", inbox.onEvent);
      const speaker = await first.connect("ann");
      await speaker.publish({ channel: "topic/news", body: "before" });
      await inbox.waitFor(1);
      proxy.cut();
      await until("the loss is noticed", () => states.length > 0 && second.hub.counters.sessions === 0);
      await speaker.publish({ channel: "topic/news", body: "meanwhile" });
      proxy.heal();
      await until("the connection stands again", () => states.at(-1)?.state === "connected");
      await speaker.publish({ channel: "topic/news", body: "after" });
      await until("the last has come", () => inbox.bodies.includes("after"));
      const { recovers = false } = transport.supports;
      assert.deepEqual(inbox.bodies, recovers ? ["before", "meanwhile", "after"] : ["before", "after"]);
      assert.deepEqual(states.at(-1), { state: "connected", missed: recovers ? [] : ["topic/news"] });
    } finally {
      await Promise.all([first.close(), second.close(), proxy.close()]);
    }
  });
});
