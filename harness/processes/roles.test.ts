import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { usersOf } from "../../scenarios/users.ts";
import { feedPlan, notifyPlan } from "../selftest/trials.ts";
import { crowdOf, PROBES, partsOf, usersOfPart } from "./roles.ts";

const feed = feedPlan({ seed: 1, ratePerSecond: 10, measureMs: 1_000, subscribers: 40 });
const notify = notifyPlan({ seed: 1, users: 60, ratePerSecond: 10, warmupMs: 0, measureMs: 1_000 });

describe("partsOf", () => {
  test("gives a crowd probes and sinks of their own, and every user one process", () => {
    const parts = partsOf([feed, notify], 2, true);
    assert.deepEqual(
      parts.map(({ role, share }) => `${role} ${share}`),
      ["clients 0", "clients 1", "probes 0", "sinks 0", "sinks 1"],
    );
    for (const plan of [feed, notify]) {
      const all = parts.flatMap((part) => usersOfPart(plan, part)).map(({ index }) => index);
      assert.deepEqual(
        all.sort((a, b) => a - b),
        usersOf(plan).map(({ index }) => index),
      );
    }
    const probes = parts.flatMap((part) => (part.role === "probes" ? usersOfPart(feed, part) : []));
    assert.equal(probes.length, PROBES);
  });

  test("leaves all users to their clients where there is no crowd, or where it can't be drained", () => {
    assert.equal(partsOf([notify], 2, true).length, 2);
    assert.equal(partsOf([feed], 2, false).length, 2);
  });
});

describe("crowdOf", () => {
  test("is of those who do nothing but receive everything", () => {
    assert.equal(crowdOf(feed).length, 40);
    assert.equal(
      crowdOf({ ...feed, groups: feed.groups.map((one) => ({ ...one, marksRead: true })) }).length,
      0,
    );
    assert.equal(
      crowdOf(feedPlan({ seed: 1, ratePerSecond: 10, measureMs: 1_000, subscribers: 20 })).length,
      0,
    );
  });

  test("is nobody where a link or a fault makes stories of single subscribers", () => {
    const fault = { kind: "server-pause", atMs: 100, forMs: 100 } as const;
    assert.equal(crowdOf({ ...feed, faults: [fault] }).length, 0);
  });
});
