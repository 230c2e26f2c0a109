import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { code, until, within } from "../../conformance/bench.ts";
import { onRedis, publishAgain } from "./nodes-on-redis.test-fixture.ts";
import { redisIsHere } from "./redis-server.test-fixture.ts";

describe.skipIf(!redisIsHere)("what is lost of Redis", () => {
  const site = onRedis();
  const { open, back } = site;

  test("a connection that is cut costs nothing: what was missed comes in order, once, and no gap is told", async () => {
    const [here, there] = [await open(), await open()];
    const [ann, bob] = [there.connect("ann"), here.connect("bob")];
    await bob.follow(["topic/a", "topic/b"]);
    await ann.publish("topic/a", "0");
    await bob.has(1);
    for (let round = 0; round < 3; round += 1) {
      const returned = back(here);
      here.proxy.cut();
      for (let index = 1; index <= 10; index += 1)
        await ann.publish(index % 2 ? "topic/a" : "topic/b", `${round}-${index}`);
      here.proxy.heal();
      await returned();
      await ann.publish("topic/a", `${round}-end`);
      await bob.has(1 + (round + 1) * 11);
    }
    assert.equal(new Set(bob.events.map(({ id }) => id)).size, 34);
    const positions = bob.events.map(({ id }) => Number.parseInt(id.split("-")[1] ?? "", 36));
    assert.deepEqual(
      positions,
      positions.toSorted((one, other) => one - other),
    );
    assert.equal(here.hub.counters.gaps, 0);
  });

  test("what is no longer held is told as a gap before what still is: every event comes or is counted in it", async () => {
    const [here, there] = [await open({ replayWindow: 5 }), await open({ replayWindow: 5 })];
    const [ann, bob] = [there.connect("ann"), here.connect("bob")];
    await bob.follow("topic/a");
    await bob.follow("topic/quiet");
    await ann.publish("topic/a", "0");
    await bob.has(1);
    const returned = back(here);
    here.proxy.cut();
    for (let index = 1; index <= 12; index += 1) await ann.publish("topic/a", String(index));
    here.proxy.heal();
    await returned();
    await bob.has(7);
    assert.deepEqual(bob.bodies, ["0", "gap", "8", "9", "10", "11", "12"]);
    const [last, gap] = bob.events;
    assert.equal((gap?.seq ?? 0) - (last?.seq ?? 0), 7, "so many are lost");
    // The gap's id is a cursor like any other.
    const late = here.connect("late");
    assert.equal((await late.follow("topic/a", gap?.id)).missed, false);
    assert.deepEqual(late.bodies, ["8", "9", "10", "11", "12"]);
  });

  test("a publish whose answer is lost is carried out once, and keeps its place", async () => {
    const [here, there] = [await open(), await open()];
    const [ann, bob] = [here.connect("ann"), there.connect("bob")];
    await bob.follow("topic/a");
    here.proxy.stall();
    const publishing = ["1", "2", "3"].map((body) => ann.publish("topic/a", body));
    await bob.has(3);
    here.proxy.cut();
    here.proxy.heal();
    const accepted = await Promise.all(publishing);
    await ann.publish("topic/a", "4");
    await bob.has(4);
    assert.deepEqual(bob.bodies, ["1", "2", "3", "4"]);
    assert.deepEqual(
      accepted.map(({ id }) => id),
      bob.events.slice(0, 3).map(({ id }) => id),
    );
  });

  test("a Redis that is killed and comes back empty is a new epoch, told to every subscriber as a gap", async () => {
    const [here, there] = [await open(), await open()];
    const [ann, bob, cid] = [here.connect("ann"), here.connect("bob"), there.connect("cid")];
    for (const member of [bob, cid]) await member.follow("topic/a");
    await cid.follow("topic/b");
    const { id } = await ann.publish("topic/a", "before");
    await Promise.all([bob.has(1), cid.has(1)]);
    const returned = [back(here), back(there)];
    await site.redis.kill();
    await until("both know", () => here.states.at(-1) === "down" && there.states.at(-1) === "down");
    await assert.rejects(within("one bounded wait", ann.publish("topic/a", "refused")), code("unavailable"));
    await assert.rejects(bob.read(id), code("unavailable"));
    await assert.rejects(ann.follow("topic/new"), code("unavailable"));
    assert.equal((await ann.follow("topic/a")).missed, false, "what is followed here already");
    await site.redis.start();
    await Promise.all(returned.map((wait) => wait()));
    await publishAgain(ann, "topic/a", "after");
    await Promise.all([bob.has(3), cid.has(4)]);
    assert.deepEqual(bob.bodies, ["before", "gap", "after"]);
    assert.deepEqual(cid.bodies.toSorted(), ["after", "before", "gap", "gap"]);
    const late = there.connect("late");
    assert.equal((await late.follow("topic/a", id)).missed, true);
    assert.deepEqual(late.bodies, ["after"]);
    assert.notEqual(here.hub.epoch, id.split("-")[0]);
    assert.equal(here.hub.epoch, there.hub.epoch);
  });

  test("one that stands still refuses in time, and carries nothing out later that was refused", async () => {
    const [here, there] = [await open(), await open()];
    const [ann, bob] = [here.connect("ann"), there.connect("bob")];
    await bob.follow("topic/a");
    await ann.publish("topic/a", "before");
    site.redis.pause();
    const refused = Array.from({ length: 20 }, () => ann.publish("topic/a", "refused"));
    for (const one of refused) await assert.rejects(within("a bounded wait", one), code("unavailable"));
    const returned = [back(here), back(there)];
    await until("both know", () => here.states.at(-1) === "down" && there.states.at(-1) === "down");
    site.redis.resume();
    await Promise.all(returned.map((wait) => wait()));
    await publishAgain(ann, "topic/a", "after");
    await bob.has(2);
    assert.deepEqual(bob.bodies, ["before", "after"]);
  });

  test("what empties it, or takes its scripts away, while connections stand is noticed", async () => {
    const [here, there] = [await open(), await open()];
    const [ann, bob] = [here.connect("ann"), there.connect("bob")];
    await bob.follow("topic/a");
    await ann.publish("topic/a", "1");
    await site.redis.command("PUBLISH", "notif-lab:on:topic/a", "what no node has said");
    await site.redis.command("SCRIPT", "FLUSH");
    await ann.publish("topic/a", "2");
    await bob.has(2);
    await site.redis.command("FLUSHALL");
    await publishAgain(ann, "topic/a", "3");
    await bob.has(4);
    assert.deepEqual(bob.bodies, ["1", "2", "gap", "3"]);
    await site.redis.command("CLIENT", "KILL", "TYPE", "normal");
    await site.redis.command("CLIENT", "KILL", "TYPE", "pubsub").catch(() => undefined);
    await publishAgain(ann, "topic/a", "4");
    await bob.has(5);
    assert.deepEqual(bob.bodies, ["1", "2", "gap", "3", "4"]);
  });

  test("the first event of a new epoch is never taken for one of the last", async () => {
    const [here, there] = [await open(), await open()];
    const [ann, bob] = [here.connect("ann"), there.connect("bob")];
    await bob.follow("topic/a");
    for (let round = 1; round <= 5; round += 1) {
      await site.redis.command("FLUSHALL");
      const { id } = await publishAgain(ann, "topic/a", String(round));
      await until("it has come", () => bob.bodies.at(-1) === String(round));
      assert.equal(bob.events.at(-1)?.id, id);
    }
    assert.deepEqual(
      bob.bodies.filter((body) => body !== "gap"),
      ["1", "2", "3", "4", "5"],
    );
  });

  test("without a history every event that was missed is in a gap, and no gap is told of what was not", async () => {
    const [here, there] = [await open({ replayWindow: 0 }), await open({ replayWindow: 0 })];
    const [ann, bob] = [there.connect("ann"), here.connect("bob")];
    for (const channel of ["topic/a", "topic/b", "topic/quiet"]) await bob.follow(channel);
    for (const channel of ["topic/a", "topic/b"]) await ann.publish(channel, channel);
    await bob.has(2);
    const returned = back(here);
    here.proxy.cut();
    for (const body of ["lost", "lost too"]) await ann.publish("topic/a", body);
    here.proxy.heal();
    await returned();
    await ann.publish("topic/a", "after");
    await bob.has(4);
    assert.deepEqual(bob.bodies, ["topic/a", "topic/b", "gap", "after"]);
    assert.deepEqual(
      bob.events.map(({ seq }) => seq),
      [1, 1, 3, 4],
    );
  });

  test("one that comes back with less than it had, as from an old copy, is a new epoch", async () => {
    const here = await open();
    const [ann, bob] = [here.connect("ann"), here.connect("bob")];
    await bob.follow("topic/a");
    const keys = ["position", "sent", "seq:topic/a", "log:topic/a"].map((key) => `notif-lab:${key}`);
    await ann.publish("topic/a", "1");
    for (const key of keys) await site.redis.command("COPY", key, `old:${key}`);
    for (const body of ["2", "3"]) await ann.publish("topic/a", body);
    const before = here.hub.epoch;
    const returned = back(here);
    here.proxy.cut();
    for (const key of keys) await site.redis.command("COPY", `old:${key}`, key, "REPLACE");
    here.proxy.heal();
    await returned();
    assert.notEqual(here.hub.epoch, before);
    await publishAgain(ann, "topic/a", "4");
    await bob.has(5);
    assert.deepEqual(bob.bodies, ["1", "2", "3", "gap", "4"]);
  });
});
