import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { bodies, follow, ignore, setUp, throwsCode } from "./hub.test-fixture.ts";

describe("publish and subscribe", () => {
  test("tells of an accepted notification and how many get it, before they do; of none that was refused, and of no receipt", () => {
    const heard: string[] = [];
    const { hub, connect } = setUp({
      onAccepted: ({ body }, subscribers) =>
        heard.push(`${body} to ${subscribers}, ${bodies(ann).length} there`),
    });
    const [ann, bob] = [connect("ann"), connect("bob")];
    for (const session of [ann, bob]) follow(hub, session, "topic/news");
    const { id } = hub.publish(ann, "topic/news", "hi");
    throwsCode(() => hub.publish(ann, "nowhere", "hi"), "invalid_channel");
    hub.markRead(bob, id);
    assert.deepEqual(heard, ["hi to 2, 0 there"]);
  });

  test("delivers to every subscriber of the channel and to nobody else", () => {
    const { hub, connect } = setUp();
    const [ann, bob, eve] = [connect("ann"), connect("bob"), connect("eve")];
    follow(hub, ann, "topic/news");
    follow(hub, bob, "topic/news");
    follow(hub, eve, "topic/other");
    const accepted = hub.publish(eve, "topic/news", "hi");
    assert.deepEqual([bodies(ann), bodies(bob), bodies(eve)], [["hi"], ["hi"], []]);
    assert.deepEqual(ann.peer[0], {
      kind: "notification",
      id: accepted.id,
      channel: "topic/news",
      seq: 1,
      from: "eve",
      body: "hi",
      at: 1_000_000,
    });
    assert.deepEqual([hub.counters.published, hub.counters.delivered], [1, 2]);
  });

  test("counts who was cut off and what was dropped, as adapters report it", () => {
    const { hub } = setUp();
    hub.cutOff();
    hub.dropped(3);
    hub.dropped(2);
    assert.deepEqual([hub.counters.slowDisconnects, hub.counters.dropped], [1, 5]);
  });

  test("hands an event to an outlet once, with its whole audience", () => {
    const { hub } = setUp();
    const calls: number[] = [];
    const outlet = hub.attach<null>((_, audience) => calls.push(audience.size), ignore);
    for (const user of ["a", "b", "c"]) follow(hub, outlet.connect(hub.authenticate(user), null), "topic/t");
    hub.publish(outlet.connect(hub.authenticate("d"), null), "topic/t", "x");
    assert.deepEqual(calls, [3]);
  });

  test("counts seq per channel and orders ids over all of them", () => {
    const { hub, connect } = setUp();
    const ann = connect("ann");
    const published = ["topic/a", "topic/b", "topic/a"].map((channel) => hub.publish(ann, channel, "x"));
    assert.deepEqual(
      published.map(({ id, seq }) => [id, seq]),
      [
        ["h1-1", 1],
        ["h1-2", 1],
        ["h1-3", 2],
      ],
    );
  });

  test("stops delivering when unsubscribed or disconnected, even in the middle of a broadcast", () => {
    const { hub, connect } = setUp();
    const [ann, bob] = [connect("ann"), connect("bob")];
    follow(hub, ann, "topic/t");
    follow(hub, bob, "topic/t");
    hub.unsubscribe(ann, "topic/t");
    hub.publish(bob, "topic/t", "1");
    hub.disconnect(bob);
    hub.disconnect(bob);
    assert.deepEqual([bodies(ann), bodies(bob), hub.counters.sessions], [[], ["1"], 1]);
    throwsCode(() => hub.publish(bob, "topic/t", "2"), "closed");

    const outlet = hub.attach<string[]>((event, audience) => {
      for (const session of audience) {
        session.peer.push(event.id);
        hub.disconnect(session);
      }
    }, ignore);
    const cut = ["c", "d"].map((user) => outlet.connect(hub.authenticate(user), []));
    for (const session of cut) follow(hub, session, "topic/t");
    hub.publish(ann, "topic/t", "3");
    hub.publish(ann, "topic/t", "4");
    assert.deepEqual(
      cut.map((session) => session.peer.length),
      [1, 1],
    );
  });
});

describe("all or none", () => {
  test("of several channels one that is refused leaves none followed, and a channel named twice counts once", () => {
    const { hub, connect } = setUp({ maxSubscriptions: 2 });
    const ann = connect("ann");
    throwsCode(() => hub.subscribe(ann, ["topic/a", "user/bob"]), "forbidden");
    throwsCode(() => hub.subscribe(ann, ["topic/a", "topic/b", "topic/c"]), "too_many_subscriptions");
    throwsCode(() => hub.subscribe(ann, [], "x\ndata:"), "invalid_cursor");
    assert.equal(ann.channels.size, 0);
    const { standings } = hub.subscribe(ann, ["topic/a", "topic/a", "topic/b", "topic/a"]);
    assert.deepEqual(
      standings.map(({ channel }) => channel),
      ["topic/a", "topic/b"],
    );
  });
});

describe("access", () => {
  test("a user follows its own user channel only", () => {
    const { hub, connect } = setUp();
    const ann = connect("ann");
    follow(hub, ann, "user/ann");
    for (const foreign of ["user/bob", "user/ann2", "user/an"])
      throwsCode(() => follow(hub, ann, foreign), "forbidden");
    assert.equal(hub.counters.refused, 3);
  });

  test("what is no channel is refused", () => {
    const { hub, connect } = setUp();
    const ann = connect("ann");
    const wrong = [
      "",
      "user/",
      "topic",
      "topic/a/b",
      "topic/a b",
      "topic/é",
      `user/${"x".repeat(65)}`,
      7,
      null,
      undefined,
      {},
    ];
    for (const name of wrong) {
      throwsCode(() => follow(hub, ann, name), "invalid_channel");
      throwsCode(() => hub.publish(ann, name, "x"), "invalid_channel");
    }
  });

  test("tokens: missing, expired, without a user id; and expiry in the middle of a session", () => {
    const { hub, connect, time } = setUp();
    throwsCode(() => connect(""), "unauthenticated");
    throwsCode(() => connect("ann@999999"), "unauthenticated");
    throwsCode(() => connect("an/n"), "unauthenticated");
    const ann = connect("ann@1000500");
    hub.publish(ann, "topic/t", "x");
    time.now = 1_000_500;
    throwsCode(() => hub.publish(ann, "topic/t", "x"), "unauthenticated");
    throwsCode(() => follow(hub, ann, "topic/t"), "unauthenticated");
    throwsCode(() => hub.markRead(ann, "h1-1"), "unauthenticated");
  });
});

describe("read receipts", () => {
  test("travel back to the sender's own channel, once a reader", () => {
    const { hub, connect } = setUp();
    const [ann, bob, eve] = [connect("ann"), connect("bob"), connect("eve")];
    follow(hub, ann, "user/ann");
    follow(hub, bob, "user/bob");
    const { id } = hub.publish(ann, "user/bob", "read me");
    hub.markRead(bob, id);
    hub.markRead(bob, id);
    assert.deepEqual(ann.peer, [
      { kind: "receipt", id: "h1-2", channel: "user/ann", seq: 1, of: id, by: "bob", at: 1_000_000 },
    ]);
    throwsCode(() => hub.markRead(eve, id), "unknown_notification");
    for (const unknown of ["h1-9", "", 3, undefined])
      throwsCode(() => hub.markRead(bob, unknown), "unknown_notification");
  });

  test("are forgotten with the notifications they belong to", () => {
    const { hub, connect } = setUp({ receiptWindow: 2 });
    const ann = connect("ann");
    follow(hub, ann, "topic/t");
    const [first, second, third] = ["1", "2", "3"].map((body) => hub.publish(ann, "topic/t", body).id);
    throwsCode(() => hub.markRead(ann, first), "unknown_notification");
    hub.markRead(ann, second);
    hub.markRead(ann, third);
  });
});

describe("an internal error", () => {
  test("of an adapter fails no publish, and keeps an event from no other adapter", () => {
    const internalErrors: unknown[] = [];
    const { hub, connect } = setUp({ onInternalError: (error) => internalErrors.push(error) });
    const broken = hub.attach<null>(() => {
      throw new Error("broken");
    }, ignore);
    const ann = connect("ann");
    follow(hub, broken.connect(hub.authenticate("eve"), null), "topic/t");
    follow(hub, ann, "topic/t");
    hub.publish(ann, "topic/t", "x");
    assert.deepEqual(bodies(ann), ["x"]);
    assert.deepEqual([internalErrors.length, hub.counters.internal], [1, 1]);
  });
});

test("detaching an outlet ends its sessions and leaves those of others", () => {
  const { hub, outlet, connect } = setUp();
  const ann = connect("ann");
  const other = hub.attach<null>(ignore, ignore);
  const bob = other.connect(hub.authenticate("bob"), null);
  outlet.detach();
  assert.deepEqual([ann.connected, bob.connected, hub.counters.sessions], [false, true, 1]);
});

test("an outlet that admits no more lets nobody in, and its sessions go on", () => {
  const { hub, outlet, connect } = setUp();
  const ann = connect("ann");
  outlet.admitNoMore();
  throwsCode(() => connect("bob"), "closed");
  follow(hub, ann, "topic/t");
  hub.publish(ann, "topic/t", "still served");
  assert.deepEqual([bodies(ann), hub.counters.sessions], [["still served"], 1]);
});

test("an adapter that carries events on is told of those that nobody here follows, each once", () => {
  const { hub, connect } = setUp();
  const told: [event: string, followers: number][] = [];
  const relay = hub.attach<null>(
    (event, audience) => told.push([event.kind === "notification" ? event.body : "", audience.size]),
    ignore,
    { everything: true },
  );
  const ann = connect("ann");
  hub.publish(ann, "topic/t", "to nobody");
  follow(hub, ann, "topic/t");
  hub.publish(ann, "topic/t", "to another adapter");
  follow(hub, relay.connect(hub.authenticate("bob"), null), "topic/t");
  hub.publish(ann, "topic/t", "to its own");
  assert.deepEqual(told, [
    ["to nobody", 0],
    ["to another adapter", 0],
    ["to its own", 1],
  ]);
  assert.deepEqual(bodies(ann), ["to another adapter", "to its own"]);
});
