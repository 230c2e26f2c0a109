import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { LabError } from "./errors.ts";
import { bodies, follow, setUp, throwsCode } from "./hub.test-fixture.ts";
import type { Session } from "./session.ts";

const MINUTE = 60_000;

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
