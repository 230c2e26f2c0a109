import assert from "node:assert/strict";
import { test } from "vitest";
import { events, FakeConnection, hello, openHub, publish, subscribe } from "./conversing.test-fixture.ts";
import { conversing } from "./conversing.ts";
import type { Opened } from "./port.ts";

/** A transport whose listener has topics, and what was published to them. */
async function openTopics() {
  const hub = openHub();
  const followers = new Map<string, Set<Follower>>();
  const of = (topic: string) => {
    const known = followers.get(topic) ?? new Set();
    followers.set(topic, known);
    return known;
  };
  class Follower extends FakeConnection {
    readonly published: string[] = [];

    follow(topic: string): void {
      of(topic).add(this);
    }

    unfollow(topic: string): void {
      of(topic).delete(this);
    }
  }
  const listening: Opened<string>[] = [];
  let publishes = 0;
  const transport = conversing<string>({
    name: "fake",
    summary: "not for use",
    packages: [],
    example: () => [],
    frame: (text) => text,
    dial: async () => undefined,
    listen: async (_, opened) => {
      listening.push(opened);
      return {
        endpoint: { url: "fake://nowhere:1" },
        topics: {
          size: (topic) => of(topic).size,
          publish: (topic, frame) => {
            publishes += 1;
            for (const follower of of(topic)) follower.published.push(frame);
          },
        },
        close: async () => undefined,
      };
    },
  });
  const server = await transport.serve(hub, { maxBufferedBytes: 1_000 });
  const arrive = (user: string) => {
    const [opened] = listening;
    assert.ok(opened);
    const connection = new Follower(opened);
    connection.receiver.message(hello(user));
    return connection;
  };
  const enter = (user: string) => {
    const connection = arrive(user);
    connection.receiver.message(subscribe);
    return connection;
  };
  return { hub, server, arrive, enter, publishes: () => publishes };
}

test("an event for many is published once, to those who follow the channel and to nobody else", async () => {
  const { arrive, enter, publishes, server } = await openTopics();
  const outsider = arrive("outsider");
  outsider.follow("topic/news");
  const all = ["a", "b", "c", "d", "e", "f"].map(enter);
  all[0]?.receiver.message(publish);
  assert.equal(publishes(), 1);
  assert.deepEqual(
    all.map(({ published, sent }) => [events(published).length, events(sent).length]),
    all.map(() => [1, 0]),
  );
  assert.deepEqual(outsider.published, []);
  await server.close();
});

test("few are sent to one by one", async () => {
  const { enter, publishes, server } = await openTopics();
  const all = ["a", "b", "c"].map(enter);
  all[0]?.receiver.message(publish);
  assert.deepEqual([publishes(), ...all.map(({ sent }) => events(sent).length)], [0, 1, 1, 1]);
  await server.close();
});

test("who has left too much unread is cut off before the event is published", async () => {
  const { hub, enter, server } = await openTopics();
  const all = ["a", "b", "c", "d", "e", "f"].map(enter);
  const [first, slow] = all;
  assert.ok(first && slow);
  slow.buffered = 2_000;
  first.receiver.message(publish);
  assert.deepEqual([slow.calls, hub.counters.slowDisconnects], [["destroy"], 1]);
  assert.equal(events(first.published).length, 1);
  await server.close();
});
