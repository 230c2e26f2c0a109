import assert from "node:assert/strict";
import { test } from "vitest";
import { NODE_TTL_MS, Presence } from "./presence.ts";

test("others' sessions are summed up; a node's own announcement, and one that has gone silent, count for nothing", () => {
  const presence = new Presence("me");
  presence.restore(
    [
      ["a", ["ann", "2", "bob", "1"]],
      ["me", ["ann", "9"]],
    ],
    0,
  );
  assert.equal(presence.heard("some b ann 1", 5_000), false, "what b told before is not known");
  presence.heard("all b ann 1", 5_000);
  presence.heard("some me ann 7", 5_000);
  assert.deepEqual([presence.elsewhere("ann"), presence.elsewhere("bob")], [3, 1]);
  presence.heard("some a ann 0", 5_000);
  assert.equal(presence.elsewhere("ann"), 1);
  presence.heard("all b bob 4", 5_000);
  assert.deepEqual([presence.elsewhere("ann"), presence.elsewhere("bob")], [0, 5]);
  presence.heard("some b", 9_000);
  presence.sweep(5_001 + NODE_TTL_MS);
  assert.equal(presence.elsewhere("bob"), 4, "a is gone, b has been heard");
  presence.heard("left b", 9_000);
  assert.equal(presence.elsewhere("bob"), 0);
});

test("what changed is told once, and all of it to who asks for all", () => {
  const presence = new Presence("me");
  presence.count("ann", 1);
  presence.count("ann", 1);
  presence.count("bob", 1);
  presence.count("bob", -1);
  assert.deepEqual(presence.takeChanges(), ["ann", 2, "bob", 0]);
  assert.deepEqual(presence.takeChanges(), []);
  assert.deepEqual(presence.takeAll(), ["ann", 2]);
});
