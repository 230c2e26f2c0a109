import assert from "node:assert/strict";
import { test } from "vitest";
import { LabError } from "./errors.ts";
import { LocalHub } from "./hub.test-fixture.ts";
import type { HubOptions } from "./hub-options.ts";
import type { Delivery } from "./notification.ts";

function setUp(options: Partial<HubOptions>) {
  const hub = new LocalHub({
    clock: () => 0,
    authenticate: (user) => ({ user, expiresAt: Number.POSITIVE_INFINITY }),
    epoch: "h1",
    publishesPerMinute: Number.POSITIVE_INFINITY,
    ...options,
  });
  const outlet = hub.attach<Delivery[]>(
    (event, audience) => {
      for (const { peer } of audience) peer.push(event);
    },
    () => undefined,
  );
  const connect = (user: string) => outlet.connect(hub.authenticate(user), []);
  const publisher = connect("eve");
  const publish = (channel: string) => hub.publish(publisher, channel, "x").id;
  return { hub, connect, publish };
}

test("several channels catch up together, in the order of ids, so that the last one stands for all", () => {
  const { hub, connect, publish } = setUp({ replayWindow: 10 });
  const start = publish("topic/a");
  const ids = ["topic/b", "topic/a", "topic/b", "topic/a"].map(publish);
  const { catchUp } = hub.subscribe(connect("ann"), ["topic/a", "topic/b"], start);
  const got = Array.from({ length: 5 }, () => catchUp?.next()?.id);
  assert.deepEqual(got, [...ids, undefined]);
});

test("what is published meanwhile comes in its turn, and nothing twice", () => {
  const { hub, connect, publish } = setUp({ replayWindow: 10 });
  const [start, second] = [publish("topic/a"), publish("topic/a")];
  const ann = connect("ann");
  const { catchUp } = hub.subscribe(ann, ["topic/a"], start);
  const third = publish("topic/a");
  assert.deepEqual(ann.peer, [], "not before what it missed");
  assert.deepEqual([catchUp?.next()?.id, catchUp?.next()?.id, catchUp?.next()], [second, third, undefined]);
  const live = publish("topic/a");
  assert.deepEqual(
    ann.peer.map(({ id }) => id),
    [live],
  );
});

test("a peer that reads more slowly than others publish is told so, and no gap is hidden", () => {
  const { hub, connect, publish } = setUp({ replayWindow: 4 });
  const start = publish("topic/a");
  publish("topic/a");
  const { catchUp } = hub.subscribe(connect("ann"), ["topic/a"], start);
  for (let i = 0; i < 20; i += 1) publish("topic/a");
  assert.throws(
    () => catchUp?.next(),
    (error) => error instanceof LabError && error.code === "slow_consumer",
  );
});

test("one that has ended, or follows the channel no longer, is given nothing more", () => {
  const { hub, connect, publish } = setUp({ replayWindow: 10 });
  const start = publish("topic/a");
  publish("topic/a");
  const [ann, bob] = [connect("ann"), connect("bob")];
  const [one, two] = [ann, bob].map((session) => hub.subscribe(session, ["topic/a"], start).catchUp);
  hub.disconnect(ann);
  hub.unsubscribe(bob, "topic/a");
  assert.deepEqual([one?.next(), two?.next()], [undefined, undefined]);
  publish("topic/a");
  assert.deepEqual([ann.peer, bob.peer], [[], []]);
});

test("subscribing again while catching up begins anew from the new cursor", () => {
  const { hub, connect, publish } = setUp({ replayWindow: 10 });
  const [start, second, third] = [publish("topic/a"), publish("topic/a"), publish("topic/a")];
  const ann = connect("ann");
  const first = hub.subscribe(ann, ["topic/a"], start).catchUp;
  const again = hub.subscribe(ann, ["topic/a"], second).catchUp;
  assert.deepEqual([first?.next(), again?.next()?.id, again?.next()], [undefined, third, undefined]);
  publish("topic/a");
  assert.equal(ann.peer.length, 1);
});

test("all windows together keep to the budget, the oldest event of any channel goes first, and the gap is told", () => {
  const { hub, connect, publish } = setUp({ replayWindow: 1_000, replayBudgetBytes: 20 * 264 });
  const start = publish("topic/quiet");
  publish("topic/quiet");
  const before = publish("topic/busy");
  for (let i = 0; i < 100; i += 1) publish("topic/busy");
  assert.ok(hub.replayBytes <= 20 * 264, `${hub.replayBytes}`);
  const [quiet] = hub.subscribe(connect("ann"), ["topic/quiet"], start).standings;
  assert.equal(quiet?.missed, true);
  const busy = hub.subscribe(connect("bob"), ["topic/busy"], before);
  assert.equal(busy.standings[0]?.missed, true);
  let replayed = 0;
  while (busy.catchUp?.next()) replayed += 1;
  assert.ok(replayed >= 18 && replayed <= 20, `${replayed}`);
});

test("following channels on which nothing was ever published keeps nothing, and costs nobody a replay", () => {
  const { hub, connect, publish } = setUp({ replayWindow: 10, maxIdleChannels: 5, maxSubscriptions: 100 });
  const start = publish("user/bob");
  publish("user/bob");
  for (let i = 0; i < 50; i += 1) {
    const visitor = connect("eve");
    hub.subscribe(visitor, [`topic/never-${i}`]);
    hub.disconnect(visitor);
  }
  const { standings, catchUp } = hub.subscribe(connect("bob"), ["user/bob"], start);
  assert.equal(standings[0]?.missed, false);
  assert.ok(catchUp?.next());
});
