import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { LabError } from "./errors.ts";
import { Hub } from "./hub.ts";
import type { HubOptions } from "./hub-options.ts";
import type { HubEvent } from "./notification.ts";
import type { Session } from "./session.ts";

const MINUTE = 60_000;

/** A hub with a clock to turn, whose tokens are user ids, and whose peers are arrays that take what is delivered. */
function setUp(options: Partial<HubOptions> = {}) {
  const time = { now: 1_000_000 };
  const hub = new Hub({
    clock: () => time.now,
    authenticate: (token) => {
      const [user = "", expiresAt] = token.split("@");
      if (user === "") throw new LabError("unauthenticated", "no token");
      return { user, expiresAt: expiresAt === undefined ? Number.POSITIVE_INFINITY : Number(expiresAt) };
    },
    epoch: "h1",
    ...options,
  });
  const outlet = hub.attach<HubEvent[]>((event, audience) => {
    for (const { peer } of audience) peer.push(event);
  }, ignore);
  const connect = (token: string) => outlet.connect(hub.authenticate(token), [] as HubEvent[]);
  return { hub, outlet, connect, time };
}

const ignore = () => undefined;

/** Follows one channel and takes what it missed. */
function follow(hub: Hub, session: Session, name: unknown, after?: unknown) {
  const { standings, catchUp } = hub.subscribe(session, [name], after);
  const replayed: HubEvent[] = [];
  for (let event = catchUp?.next(); event; event = catchUp?.next()) replayed.push(event);
  const [standing] = standings;
  assert.ok(standing);
  return { ...standing, replayed };
}

const throwsCode = (act: () => unknown, code: LabError["code"]) =>
  assert.throws(act, (error) => error instanceof LabError && error.code === code);

function bodies(session: Session<HubEvent[]>): string[] {
  return session.peer.map((event) => (event.kind === "notification" ? event.body : `read by ${event.by}`));
}

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

describe("validation", () => {
  test("bodies: strings of at most the limit in code points", () => {
    const { hub, connect } = setUp({ maxBodyCharacters: 3, publishesPerMinute: 100 });
    const ann = connect("ann");
    for (const body of ["", "abc", "\u{1F600}\u{1F600}\u{1F600}", "\u0000\n"])
      hub.publish(ann, "topic/t", body);
    for (const body of ["abcd", "\u{1F600}\u{1F600}\u{1F600}a", "x".repeat(100)]) {
      throwsCode(() => hub.publish(ann, "topic/t", body), "body_too_long");
    }
    for (const body of [7, null, undefined, ["a"], "\ud800", "a\udc00"]) {
      throwsCode(() => hub.publish(ann, "topic/t", body), "invalid_body");
    }
    assert.equal(hub.counters.published, 4);
  });

  test("a refused publish delivers nothing and costs no token of the rate limit", () => {
    const { hub, connect } = setUp({ publishesPerMinute: 1 });
    const ann = connect("ann");
    follow(hub, ann, "topic/t");
    for (let i = 0; i < 5; i += 1) throwsCode(() => hub.publish(ann, "topic/t", 1), "invalid_body");
    hub.publish(ann, "topic/t", "x");
    assert.deepEqual(bodies(ann), ["x"]);
  });
});

describe("rate limit", () => {
  test("10 a minute a user by default, refilled evenly", () => {
    const { hub, connect, time } = setUp();
    const [ann, bob] = [connect("ann"), connect("bob")];
    const publish = (session: Session) => hub.publish(session, "topic/t", "x");
    for (let i = 0; i < 10; i += 1) publish(ann);
    throwsCode(() => publish(ann), "rate_limited");
    publish(bob);
    time.now += MINUTE / 10 - 1;
    throwsCode(() => publish(ann), "rate_limited");
    time.now += 1;
    publish(ann);
    throwsCode(() => publish(ann), "rate_limited");
    time.now += 60 * MINUTE;
    for (let i = 0; i < 10; i += 1) publish(ann);
    throwsCode(() => publish(ann), "rate_limited");
  });
});

describe("what one user may open", () => {
  test("the publish limit is the user's over all of its sessions", () => {
    const { hub, connect } = setUp({ publishesPerMinute: 10 });
    const sessions = Array.from({ length: 20 }, () => connect("ann"));
    let accepted = 0;
    for (const session of sessions)
      for (let i = 0; i < 11; i += 1)
        try {
          hub.publish(session, "topic/t", "x");
          accepted += 1;
        } catch (error) {
          assert.equal(LabError.from(error).code, "rate_limited");
        }
    assert.equal(accepted, 10);
    hub.publish(connect("bob"), "topic/t", "bob has his own");
  });

  test("sessions of a user are bounded, and a place is free again when one ends", () => {
    const { hub, connect } = setUp({ maxSessionsPerUser: 2 });
    const [first] = [connect("ann"), connect("ann")];
    throwsCode(() => hub.admit("ann"), "too_many_sessions");
    throwsCode(() => connect("ann"), "too_many_sessions");
    connect("bob");
    if (first) hub.disconnect(first);
    connect("ann");
    assert.equal(hub.counters.sessions, 3);
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

describe("resumption", () => {
  test("replays what follows the cursor, and says when some of it is gone", () => {
    const { hub, connect } = setUp({ replayWindow: 3 });
    const ann = connect("ann");
    const start = follow(hub, ann, "topic/t").cursor;
    const ids = ["1", "2", "3", "4", "5"].map((body) => hub.publish(ann, "topic/t", body).id);
    const replay = (after: unknown) => {
      const { replayed, missed, seq } = follow(hub, connect("bob"), "topic/t", after);
      return [replayed.map((event) => event.seq), missed, seq];
    };
    assert.deepEqual(replay(undefined), [[], false, 5]);
    assert.deepEqual(replay(ids[4]), [[], false, 5]);
    assert.deepEqual(replay(ids[2]), [[4, 5], false, 5]);
    assert.deepEqual(replay(ids[1]), [[3, 4, 5], false, 5]);
    assert.deepEqual(replay(ids[0]), [[3, 4, 5], true, 5]);
    assert.deepEqual(replay(start), [[3, 4, 5], true, 5]);
    assert.deepEqual(replay("other-1"), [[3, 4, 5], true, 5]);
    for (const broken of ["", "5", "h1-", "h1-é", 5, null])
      throwsCode(() => replay(broken), "invalid_cursor");
  });

  test("is transient by default: nothing is kept, and a gap is admitted", () => {
    const { hub, connect } = setUp();
    const ann = connect("ann");
    const first = hub.publish(ann, "topic/t", "1").id;
    assert.equal(follow(hub, ann, "topic/t", first).missed, false);
    hub.publish(ann, "topic/t", "2");
    const late = follow(hub, connect("bob"), "topic/t", first);
    assert.deepEqual([late.replayed, late.missed], [[], true]);
  });

  test("keeps only so many idle channels, and admits what it forgot with them", () => {
    const { hub, connect } = setUp({ replayWindow: 5, maxIdleChannels: 2, publishesPerMinute: 1_000 });
    const ann = connect("ann");
    const first = hub.publish(ann, "topic/a", "x").id;
    for (const channel of ["topic/b", "topic/c"]) hub.publish(ann, channel, "x");
    const standing = follow(hub, ann, "topic/a", first);
    assert.deepEqual([standing.seq, standing.missed], [0, false], "its one event was seen");
    for (const channel of ["topic/d", "topic/e"]) hub.publish(ann, channel, "x");
    const other = follow(hub, ann, "topic/b", first);
    assert.deepEqual(
      [other.replayed.length, other.missed],
      [0, true],
      "topic/b was forgotten with an event unseen",
    );
    assert.equal(follow(hub, ann, "topic/e", first).replayed.length, 1);
  });

  test("limits the channels of a session", () => {
    const { hub, connect } = setUp({ maxSubscriptions: 2 });
    const ann = connect("ann");
    follow(hub, ann, "topic/a");
    follow(hub, ann, "topic/b");
    follow(hub, ann, "topic/b");
    throwsCode(() => follow(hub, ann, "topic/c"), "too_many_subscriptions");
    hub.unsubscribe(ann, "topic/a");
    follow(hub, ann, "topic/c");
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
