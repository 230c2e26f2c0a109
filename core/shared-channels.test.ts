import assert from "node:assert/strict";
import { describe, test } from "vitest";
import type { Backplane, BackplaneNode, Publication, Standing } from "./backplane.ts";
import { LabError } from "./errors.ts";
import { bodies, setUp } from "./hub.test-fixture.ts";
import { Hub } from "./hub.ts";
import type { Delivery } from "./notification.ts";

/** A backplane whose answers the test gives. */
class FakeBackplane implements Backplane {
  epoch = "e1";
  position = 0;
  node: BackplaneNode | undefined;
  readonly follows: { settle: (standing: Partial<Standing>) => void; fail: (error: Error) => void }[] = [];
  readonly unfollowed: string[] = [];
  readonly counts: [string, number][] = [];
  published = 0;

  start(node: BackplaneNode): void {
    this.node = node;
  }

  publish(): Promise<{ id: string; seq: number }> {
    this.published += 1;
    return Promise.resolve({ id: "e1-1", seq: 1 });
  }

  markRead = async () => true;

  follow(): Promise<Standing> {
    return new Promise((resolve, reject) => {
      const settle = (standing: Partial<Standing>) =>
        resolve({ seq: 0, lostUpTo: 0, forgotten: true, events: [], ...standing });
      this.follows.push({ settle, fail: reject });
    });
  }

  unfollow(channel: string): void {
    this.unfollowed.push(channel);
  }

  catchUp = async () => {
    this.position = 9;
  };

  count(user: string, change: number): void {
    this.counts.push([user, change]);
  }

  elsewhere = (user: string) => (user === "everywhere" ? 1 : 0);
  close = async () => undefined;

  send(position: number, previous = position - 1): boolean {
    this.position = position;
    return this.node?.publication(event(position, previous)) ?? false;
  }
}

const event = (position: number, previous = position - 1): Publication => ({
  position,
  previous,
  event: {
    kind: "notification",
    id: `e1-${position}`,
    channel: "topic/a",
    seq: position,
    from: "ann",
    body: String(position),
    at: 0,
  },
});

function open() {
  const backplane = new FakeBackplane();
  const hub = new Hub({
    clock: () => 7,
    authenticate: (user) => ({ user, expiresAt: Number.POSITIVE_INFINITY }),
    epoch: "unused",
    replayWindow: 10,
    maxSessionsPerUser: 2,
    backplane,
  });
  const outlet = hub.attach<Delivery[]>(
    (delivery, audience) => {
      for (const { peer } of audience) peer.push(delivery);
    },
    () => undefined,
  );
  return { backplane, hub, connect: (user: string) => outlet.connect(hub.admit(user), []) };
}

/** A session that follows topic/a from where it stands at 0. */
async function follower() {
  const opened = open();
  const session = opened.connect("bob");
  const following = opened.hub.subscribe(session, ["topic/a"]);
  opened.backplane.follows[0]?.settle({});
  await following;
  return { ...opened, session };
}

describe("following", () => {
  test("only the first follower waits; the channel is given up with the last", async () => {
    const { backplane, hub, session, connect } = await follower();
    const other = connect("ann");
    assert.ok(!(hub.subscribe(other, ["topic/a"]) instanceof Promise));
    assert.equal(backplane.follows.length, 1);
    hub.disconnect(session);
    assert.deepEqual(backplane.unfollowed, []);
    hub.disconnect(other);
    assert.deepEqual(backplane.unfollowed, ["topic/a"]);
  });

  test("what comes while it waits is before the subscription, and there for who resumes", async () => {
    const { backplane, hub, connect } = open();
    const [ann, bob] = [connect("ann"), connect("bob")];
    const plain = hub.subscribe(ann, ["topic/a"]);
    const resuming = hub.subscribe(bob, ["topic/a"], "e1-1");
    for (const position of [1, 2, 3]) backplane.send(position);
    backplane.follows[0]?.settle({ seq: 2, events: [event(1), event(2)] });
    const [{ standings }, { catchUp }] = [await plain, await resuming];
    assert.deepEqual(standings, [{ channel: "topic/a", seq: 3, cursor: "e1-3", missed: false }]);
    assert.deepEqual(
      [catchUp?.next()?.id, catchUp?.next()?.id, catchUp?.next()],
      ["e1-2", "e1-3", undefined],
    );
    backplane.send(4);
    assert.deepEqual([bodies(ann), bodies(bob)], [["4"], ["4"]]);
  });

  test("what a session asks meanwhile comes behind, and not at all once it has ended", async () => {
    const { backplane, hub, connect } = open();
    const ann = connect("ann");
    const following = hub.subscribe(ann, ["topic/a"]);
    const publishing = hub.publish(ann, "topic/a", "x");
    assert.equal(backplane.published, 0);
    backplane.follows[0]?.settle({});
    await Promise.all([following, publishing]);
    assert.equal(backplane.published, 1);
    const bob = connect("bob");
    const late = hub.subscribe(bob, ["topic/b", "topic/c"]);
    const later = hub.publish(bob, "topic/b", "x");
    hub.disconnect(bob);
    for (const follow of backplane.follows) follow.settle({});
    for (const refused of [late, later])
      await assert.rejects(
        async () => refused,
        (error) => error instanceof LabError && error.code === "closed",
      );
    assert.deepEqual(backplane.unfollowed.toSorted(), ["topic/b", "topic/c"]);
    assert.equal(backplane.published, 1);
  });

  test("one channel that can't be had leaves none followed, and what was followed before as it was", async () => {
    const { backplane, hub, session } = await follower();
    const both = hub.subscribe(session, ["topic/a", "topic/b"]);
    backplane.follows[1]?.fail(new LabError("unavailable", "away"));
    await assert.rejects(async () => both, { code: "unavailable" });
    assert.deepEqual([[...session.channels.keys()], backplane.unfollowed], [["topic/a"], ["topic/b"]]);
    backplane.send(1);
    assert.deepEqual([bodies(session), hub.counters.refused], [["1"], 1]);
  });

  test("a cursor ahead of this node waits until the node has caught up", async () => {
    const { backplane, hub, session } = await follower();
    const resumed = hub.subscribe(session, ["topic/a"], "e1-5");
    assert.ok(resumed instanceof Promise);
    assert.equal((await resumed).standings[0]?.missed, false);
    const ahead = await hub.subscribe(session, ["topic/a"], "e1-zz");
    assert.equal(ahead.standings[0]?.missed, true, "nobody has published that");
    assert.equal(backplane.position, 9);
  });
});

describe("what comes", () => {
  test("comes once; a hole is told to the backplane and changes nothing", async () => {
    const { backplane, session } = await follower();
    assert.deepEqual(
      [1, 1, 2, 4].map((position) => backplane.send(position)),
      [true, true, true, false],
    );
    assert.deepEqual(bodies(session), ["1", "2"]);
    assert.deepEqual([...(backplane.node?.followed() ?? [])], [["topic/a", 2]]);
  });

  test("after a loss: what was missed, in order; a gap before it where that is not all, or all is lost", async () => {
    const { backplane, hub, session } = await follower();
    const restored = (standing: Partial<Standing>, { renewed = false, since = backplane.position } = {}) =>
      backplane.node?.restored({
        since,
        renewed,
        standings: new Map([["topic/a", { seq: 0, lostUpTo: 0, forgotten: false, events: [], ...standing }]]),
      });
    backplane.send(1);
    restored({ seq: 3, lostUpTo: 1, events: [event(2), event(3)] });
    // It may have been forgotten, but not what this node has not been sent.
    restored({ lostUpTo: 3, forgotten: true }, { since: 3 });
    assert.deepEqual(bodies(session), ["1", "2", "3"]);
    restored({ seq: 9, lostUpTo: 7, events: [event(8), event(9)] });
    assert.deepEqual(bodies(session).slice(3), ["gap", "8", "9"]);
    assert.deepEqual(session.peer[3], { kind: "gap", id: "e1-7", channel: "topic/a", seq: 7, at: 7 });
    backplane.epoch = "e2";
    restored({ forgotten: true }, { renewed: true, since: 0 });
    assert.deepEqual(bodies(session).slice(6), ["gap"]);
    assert.equal(hub.counters.gaps, 2);
    backplane.send(1);
    assert.deepEqual(bodies(session).slice(7), ["1"]);
  });

  test("a resumption under way when all is lost is ended", async () => {
    const { backplane, hub, session } = await follower();
    for (const position of [1, 2]) backplane.send(position);
    const { catchUp } = await hub.subscribe(session, ["topic/a"], "e1-0");
    assert.equal(catchUp?.next()?.id, "e1-1");
    backplane.epoch = "e2";
    assert.throws(() => catchUp?.next(), { code: "unavailable" });
  });
});

test("a session may have so many requests under way, and a user so many publishes on one node", async () => {
  const { backplane, hub, connect } = open();
  const [ann, bob] = [connect("ann"), connect("bob")];
  for (let index = 0; index < 10; index += 1) await hub.publish(bob, "topic/a", "x");
  assert.throws(() => hub.publish(bob, "topic/a", "x"), { code: "rate_limited" });
  assert.equal(backplane.published, 10);
  const asked = [hub.subscribe(ann, ["topic/a"])];
  for (let index = 1; index < 5_000; index += 1) asked.push(hub.subscribe(ann, ["topic/a"], "e1-zz"));
  assert.throws(() => hub.subscribe(ann, ["topic/a"]), { code: "unavailable" });
  backplane.follows[0]?.settle({});
  await Promise.all(asked);
  await hub.subscribe(ann, ["topic/a"]);
});

test("sessions on other nodes count, and others are told of those here", () => {
  const { backplane, connect, hub } = open();
  hub.disconnect(connect("everywhere"));
  connect("everywhere");
  assert.throws(() => connect("everywhere"), { code: "too_many_sessions" });
  assert.deepEqual(
    backplane.counts.map(([, change]) => change),
    [1, -1, 1],
  );
});

test("without a backplane nothing has to be waited for", () => {
  const { hub, connect } = setUp();
  const ann = connect("ann");
  assert.ok(!(Hub.prototype.subscribe.call(hub, ann, ["topic/a"]) instanceof Promise));
  assert.ok(!(Hub.prototype.publish.call(hub, ann, "topic/a", "x") instanceof Promise));
});
