import assert from "node:assert/strict";
import { afterEach, describe, test } from "vitest";
import type { HubOptions } from "../../../core/hub-options.ts";
import { code } from "../../conformance/bench.ts";
import type { Node } from "./nodes.test-fixture.ts";

/** Opens one more node of the service under test; the first of each test finds it empty. */
export type OpenNode = (options?: Partial<HubOptions>) => Promise<Node>;

/** What holds of every hub, whatever it keeps its channels in. */
export function describeChannels(name: string, open: OpenNode): void {
  describe(`channels: ${name}`, () => {
    const nodes: Node[] = [];
    const start: OpenNode = async (options) => {
      const node = await open(options);
      nodes.push(node);
      return node;
    };
    afterEach(() => Promise.all(nodes.splice(0).map((node) => node.close())));

    test("events come once, in the order of publishing, with ids that rise and numbers without holes", async () => {
      const node = await start();
      const [ann, bob] = [node.connect("ann"), node.connect("bob")];
      await bob.follow(["topic/a", "topic/b"]);
      const accepted = await Promise.all(
        Array.from({ length: 50 }, (_, index) =>
          ann.publish(index % 2 ? "topic/a" : "topic/b", String(index)),
        ),
      );
      await bob.has(50);
      assert.deepEqual(
        bob.bodies,
        Array.from({ length: 50 }, (_, index) => String(index)),
      );
      assert.deepEqual(
        bob.events.map(({ id }) => id),
        accepted.map(({ id }) => id),
      );
      const inA = bob.events.filter(({ channel }) => channel === "topic/a").map(({ seq }) => seq);
      assert.deepEqual(
        inA,
        Array.from({ length: 25 }, (_, index) => index + 1),
      );
      const positions = bob.events.map(({ id }) => Number.parseInt(id.split("-")[1] ?? "", 36));
      assert.deepEqual(
        positions,
        positions.toSorted((one, other) => one - other),
      );
      assert.equal(node.hub.counters.published, 50);
    });

    test("who follows and publishes without waiting gets its own event", async () => {
      const node = await start();
      const ann = node.connect("ann");
      const followed = ann.follow("topic/a");
      const published = ann.publish("topic/a", "mine");
      await Promise.all([followed, published]);
      await ann.has(1);
      assert.deepEqual(ann.bodies, ["mine"]);
    });

    test("who follows again, leaves or disconnects without waiting is left with what it asked for last", async () => {
      const node = await start();
      const [ann, bob] = [node.connect("ann"), node.connect("bob")];
      const first = bob.follow("topic/a");
      const second = bob.follow(["topic/a", "topic/b"]);
      node.hub.unsubscribe(bob.session, "topic/b");
      await Promise.all([first, second]);
      for (const channel of ["topic/b", "topic/a"]) await ann.publish(channel, channel);
      await bob.has(1);
      assert.deepEqual(bob.bodies, ["topic/a"]);
      const late = bob.follow("topic/c");
      bob.leave();
      await late.catch(code("closed"));
      assert.equal(bob.session.channels.size, 0);
    });

    test("a session resumes from any id, over several channels at once, and gets nothing twice", async () => {
      const node = await start();
      const [ann, bob] = [node.connect("ann"), node.connect("bob")];
      await bob.follow(["topic/a", "topic/b"]);
      for (const [channel, body] of [
        ["a", "1"],
        ["b", "2"],
        ["a", "3"],
        ["b", "4"],
      ])
        await ann.publish(`topic/${channel}`, body ?? "");
      await bob.has(4);
      const late = node.connect("late");
      const { missed } = await late.follow(["topic/b", "topic/a"], bob.events[0]?.id);
      await ann.publish("topic/a", "5");
      await late.has(4);
      assert.deepEqual([late.bodies, missed], [["2", "3", "4", "5"], false]);
    });

    test("resuming from where a subscription began brings all that followed it; what is gone is told", async () => {
      const node = await start({ replayWindow: 3 });
      const [ann, bob] = [node.connect("ann"), node.connect("bob")];
      await ann.publish("topic/a", "before");
      const { cursor, seq } = await bob.follow("topic/a");
      assert.equal(seq, 1);
      bob.leave();
      for (const body of ["1", "2"]) await ann.publish("topic/a", body);
      const late = node.connect("late");
      assert.equal((await late.follow("topic/a", cursor)).missed, false);
      assert.deepEqual(late.bodies, ["1", "2"]);
      for (const body of ["3", "4", "5", "6", "7", "8"]) await ann.publish("topic/a", body);
      const later = node.connect("later");
      assert.equal((await later.follow("topic/a", cursor)).missed, true);
      assert.deepEqual(later.bodies, ["6", "7", "8"]);
    });

    test("a cursor of another epoch, and one of what is not there, gets all that is held, and is told", async () => {
      const node = await start();
      const ann = node.connect("ann");
      const { id } = await ann.publish("topic/a", "1");
      for (const cursor of ["other-1", id.replace(/.$/, "zzz")]) {
        const bob = node.connect("bob");
        assert.equal((await bob.follow("topic/a", cursor)).missed, true);
        assert.deepEqual(bob.bodies, ["1"]);
      }
      await assert.rejects(ann.follow("topic/a", "no cursor"), code("invalid_cursor"));
    });

    test("receipts go to the sender, once a reader, and only from who follows", async () => {
      const node = await start();
      const [ann, bob, eve] = [node.connect("ann"), node.connect("bob"), node.connect("eve")];
      await Promise.all([ann.follow("user/ann"), bob.follow("topic/a")]);
      const { id } = await ann.publish("topic/a", "read me");
      await Promise.all([bob.read(id), bob.read(id)]);
      await bob.read(id);
      await assert.rejects(eve.read(id), code("unknown_notification"));
      for (const unknown of ["other-1", "", `${id}0`])
        await assert.rejects(bob.read(unknown), code("unknown_notification"));
      await ann.publish("user/ann", "behind it");
      await ann.has(2);
      assert.deepEqual(ann.bodies, ["receipt", "behind it"]);
      assert.ok(ann.events[0]?.kind === "receipt" && ann.events[0].of === id && ann.events[0].by === "bob");
      assert.equal(node.hub.counters.receipts, 1);
    });

    test("a notification is forgotten when so many came after it", async () => {
      const node = await start({ receiptWindow: 100 });
      const bob = node.connect("bob");
      await bob.follow("topic/a");
      const first = await bob.publish("topic/a", "x");
      await bob.read(first.id);
      for (let index = 0; index < 200; index += 1) await bob.publish("topic/a", "x");
      await assert.rejects(bob.read(first.id), code("unknown_notification"));
    });

    test("a user's publishes are limited over all of its sessions; what is refused costs nobody else", async () => {
      const node = await start({ publishesPerMinute: 3 });
      const [one, two, other] = [node.connect("ann"), node.connect("ann"), node.connect("bob")];
      for (const session of [one, two, one]) await session.publish("topic/a", "x");
      for (const session of [one, two])
        await assert.rejects(session.publish("topic/a", "x"), code("rate_limited"));
      await other.publish("topic/a", "x");
      assert.deepEqual([node.hub.counters.published, node.hub.counters.refused], [4, 2]);
    });

    test("a body is taken as it is", async () => {
      const node = await start();
      const ann = node.connect("ann");
      await ann.follow("topic/a");
      const bodies = ["", " ", "a  b\r\nc\u0000", "😀", "n 1 2 3 4", "x".repeat(1_000)];
      for (const body of bodies) await ann.publish("topic/a", body);
      await ann.has(bodies.length);
      assert.deepEqual(ann.bodies, bodies);
    });
  });
}
