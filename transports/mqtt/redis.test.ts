import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { describeConformanceOnRedis, withRedis } from "../backplane/redis/on-redis.test-fixture.ts";
import { redisIsHere } from "../backplane/redis/redis-server.test-fixture.ts";
import { createInbox, openBench } from "../conformance/bench.ts";
import { mqttRedis } from "./transport.ts";

describeConformanceOnRedis(mqttRedis);

test("without a Redis it does not serve, and says how to give it one", async () => {
  await assert.rejects(openBench(mqttRedis), { code: "unsupported", message: /--backplane redis/ });
});

describe.runIf(redisIsHere)("two nodes", () => {
  const redis = withRedis();

  test("what one node accepts comes to those of the other, whose clients all stay", async () => {
    const serve = { redis: { url: redis().url, prefix: "a:" } };
    const [first, second] = [await openBench(mqttRedis, { serve }), await openBench(mqttRedis, { serve })];
    try {
      const inbox = createInbox();
      const listener = await second.connect("bob");
      await listener.subscribe("user/bob", inbox.onEvent);
      const speaker = await first.connect("ann");
      const accepted = await speaker.publish({ channel: "user/bob", body: "hello" });
      await inbox.waitFor(1);
      assert.equal(inbox.events[0]?.id, accepted.id);
      await assert.rejects(listener.markRead(accepted.id), { code: "unknown_notification" });
      await speaker.publish({ channel: "user/bob", body: "again" });
      await inbox.waitFor(2);
      // Brokers that share topics cut off the client of a name that is known elsewhere; theirs are numbered alike.
      assert.deepEqual([first.hub.counters.sessions, second.hub.counters.sessions], [1, 1]);
    } finally {
      await Promise.all([first.close(), second.close()]);
    }
  });
});
