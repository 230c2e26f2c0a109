import assert from "node:assert/strict";
import { test } from "vitest";
import { Hub } from "./hub.ts";

/** A hub whose clock and timer are turned by hand; tokens are `user@expiry in ms`. */
function setUp() {
  const time = { now: 0 };
  let due: { readonly run: () => void; readonly at: number } | undefined;
  const ended: string[] = [];
  const hub = new Hub({
    clock: () => time.now,
    authenticate: (token) => {
      const [user = "", at] = token.split("@");
      return { user, expiresAt: Number(at) };
    },
    epoch: "h1",
    schedule: (run, afterMs) => {
      const timer = { run, at: time.now + afterMs };
      due = timer;
      return () => {
        if (due === timer) due = undefined;
      };
    },
  });
  const outlet = hub.attach<null>(
    () => undefined,
    ({ identity }) => {
      ended.push(identity.user);
      if (identity.user === "broken") throw new Error("can't say goodbye");
    },
  );
  const connect = (token: string) => outlet.connect(hub.authenticate(token), null);
  const turnTo = (now: number) => {
    while (due && due.at <= now) {
      time.now = due.at;
      const { run } = due;
      due = undefined;
      run();
    }
    time.now = now;
  };
  return { hub, connect, turnTo, ended, isArmed: () => due !== undefined };
}

test("a session ends when its token runs out, whatever it does meanwhile", () => {
  const { hub, connect, turnTo, ended } = setUp();
  const [ann, bob] = [connect("ann@2000"), connect("bob@9000")];
  turnTo(1_999);
  hub.publish(ann, "topic/t", "still in time");
  turnTo(2_000);
  assert.deepEqual([ended, ann.connected, bob.connected], [["ann"], false, true]);
  turnTo(9_000);
  assert.deepEqual([ended, hub.counters.sessions], [["ann", "bob"], 0]);
});

test("an adapter that fails to end a session loses it all the same, and the others are ended too", () => {
  const { hub, connect, turnTo, ended } = setUp();
  const sessions = ["broken@2000", "ann@2000"].map(connect);
  turnTo(2_000);
  assert.deepEqual(ended, ["broken", "ann"]);
  assert.ok(sessions.every(({ connected }) => !connected));
  assert.equal(hub.counters.internal, 1);
});

test("a later token outlives a timer that no longer matters, and nothing is armed for nobody", () => {
  const { hub, connect, turnTo, ended, isArmed } = setUp();
  const first = connect("ann@5000");
  connect("bob@3000");
  hub.disconnect(first);
  turnTo(3_000);
  assert.deepEqual(ended, ["bob"]);
  assert.equal(isArmed(), false);
  connect("eve@Infinity");
  assert.equal(isArmed(), false);
});

test("an expiry beyond what a timer can wait for is waited for in parts", () => {
  const { connect, turnTo, ended } = setUp();
  connect(`ann@${5_000_000_000}`);
  turnTo(4_999_999_999);
  assert.deepEqual(ended, []);
  turnTo(5_000_000_000);
  assert.deepEqual(ended, ["ann"]);
});
