import assert from "node:assert/strict";
import { afterAll, afterEach, beforeAll, describe, test } from "vitest";
import type { HubOptions } from "../../../core/hub-options.ts";
import { code, until } from "../../conformance/bench.ts";
import { describeChannels } from "../conformance/describe.test-fixture.ts";
import { type Node, openNode } from "../conformance/nodes.test-fixture.ts";
import { connectRedis } from "./backplane.ts";
import { type RedisServer, redisIsHere, startRedis } from "./redis-server.test-fixture.ts";

describe.skipIf(!redisIsHere)("on Redis", () => {
  let redis: RedisServer;
  let services = 0;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.close());

  const open = async (service: string, options?: Partial<HubOptions>) =>
    openNode(await connectRedis(redis.url, { prefix: `${service}:` }), options);

  describeChannels("in Redis", (options) => {
    services += 1;
    return open(`alone-${services}`, options);
  });

  describe("two nodes", () => {
    const nodes: Node[] = [];
    const pair = async (options?: Partial<HubOptions>) => {
      services += 1;
      const both = await Promise.all([open(`pair-${services}`, options), open(`pair-${services}`, options)]);
      nodes.push(...both);
      return both;
    };
    afterEach(() => Promise.all(nodes.splice(0).map((node) => node.close())));

    test("give the same events in the same order, whoever publishes where", async () => {
      const both = await pair();
      const members = both.flatMap((node) => [node.connect("ann"), node.connect("bob")]);
      for (const member of members) await member.follow(["topic/a", "topic/b"]);
      const publishing = both.map(async (node, which) => {
        const publisher = node.connect("eve");
        for (let index = 0; index < 100; index += 1)
          await publisher.publish(index % 3 === 0 ? "topic/a" : "topic/b", `${which}-${index}`);
      });
      await Promise.all(publishing);
      for (const member of members) await member.has(200);
      const [first, ...others] = members.map(({ events }) => events.map(({ id }) => id));
      assert.equal(new Set(first).size, 200);
      for (const ids of others) assert.deepEqual(ids, first);
    });

    test("one resumes what the other began, and waits for what it has not been sent yet", async () => {
      const [here, there] = await pair();
      const [ann, bob] = [here.connect("ann"), here.connect("bob")];
      const other = there.connect("other");
      await Promise.all([bob.follow(["topic/a", "topic/b"]), other.follow("topic/a")]);
      for (let index = 0; index < 20; index += 1) {
        const { id } = await ann.publish("topic/a", `${index}`);
        // The other node can't have been sent the event at this moment in every round.
        const late = there.connect("late");
        assert.equal((await late.follow("topic/a", id)).missed, false);
        const next = await ann.publish("topic/a", "next");
        await late.has(1);
        assert.deepEqual(
          late.events.map((event) => event.id),
          [next.id],
        );
        late.leave();
      }
    });

    test("a channel is heard of as long as somebody follows it, and no longer", async () => {
      const [here] = await pair();
      const [ann, bob] = [here.connect("ann"), here.connect("bob")];
      await Promise.all([ann.follow("topic/a"), bob.follow("topic/a")]);
      const heard = async () => {
        const answer = await redis.command("PUBSUB", "NUMSUB", `pair-${services}:on:topic/a`);
        return Array.isArray(answer) ? answer[1] : undefined;
      };
      ann.leave();
      assert.equal(await heard(), 1);
      bob.leave();
      await until("nobody hears it", () => here.hub.counters.sessions === 0);
      while ((await heard()) !== 0);
      const late = here.connect("late");
      const following = late.follow("topic/a");
      late.leave();
      await assert.rejects(following, code("closed"));
      while ((await heard()) !== 0);
    });

    test("a reader's receipt is sent once, wherever it reads", async () => {
      const [here, there] = await pair();
      const ann = here.connect("ann");
      const readers = [here.connect("bob"), there.connect("bob"), there.connect("cid")];
      await ann.follow("user/ann");
      for (const reader of readers) await reader.follow("topic/a");
      const { id } = await ann.publish("topic/a", "read me");
      await Promise.all(readers.map((reader) => reader.read(id)));
      await ann.publish("user/ann", "behind");
      await ann.has(3);
      assert.deepEqual(ann.bodies.toSorted(), ["behind", "receipt", "receipt"]);
    });

    test("a user's publishes and sessions are limited over both", async () => {
      const [here, there] = await pair({ publishesPerMinute: 4, maxSessionsPerUser: 3 });
      const sessions = [here.connect("ann"), there.connect("ann"), here.connect("ann")];
      for (const session of [...sessions, ...sessions].slice(0, 4)) await session.publish("topic/a", "x");
      for (const session of sessions)
        await assert.rejects(session.publish("topic/a", "x"), code("rate_limited"));
      const full = ({ hub }: Node) => {
        try {
          hub.admit("ann");
          return false;
        } catch (error) {
          return code("too_many_sessions")(error);
        }
      };
      await until("each knows of the other's", () => full(here) && full(there));
      sessions[0]?.leave();
      await until("each knows that there is room", () => !full(here) && !full(there));
      await there.close();
      here.connect("ann");
      await until("the closed node's are gone", () => !full(here));
    });
  });
});
