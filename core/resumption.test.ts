import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { follow, setUp, throwsCode } from "./hub.test-fixture.ts";

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
