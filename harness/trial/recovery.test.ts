import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { type Plan, planSchema } from "../../scenarios/plan.ts";
import type { Outage, SubscriberAccount } from "../processes/messages.ts";
import type { FaultMoment } from "./faults.ts";
import { faultsOf, resumptionOf } from "./recovery.ts";

const SECOND = 1_000_000;

const plan: Plan = planSchema.parse({
  version: 1,
  scenario: "x",
  seed: 1,
  loop: "open",
  groups: [
    { name: "publisher", users: 1, follows: [], marksRead: false, via: "direct" },
    { name: "subscriber", users: 3, follows: ["topic/feed"], marksRead: false },
  ],
  traffic: [
    {
      from: "publisher",
      to: { topic: "topic/feed" },
      arrivals: "constant",
      ratePerSecond: 10,
      payloadCharacters: 64,
    },
  ],
  phases: { connectsPerSecond: 100, warmupMs: 0, settleMs: 0, measureMs: 10_000, drainTimeoutMs: 0 },
  faults: [{ kind: "link-cut", atMs: 2_000, forMs: 1_000, connections: "reset" }],
});

const cut: FaultMoment = {
  fault: { kind: "link-cut", atMs: 2_000, forMs: 1_000, connections: "reset" },
  beganUs: 102 * SECOND,
  endedUs: 103 * SECOND,
};

/** Of an observation, only what is looked at. */
function observed(outages: readonly Outage[], subscribers: readonly SubscriberAccount[] = []) {
  const sample = (published: number) => ({ published });
  return {
    plan,
    faults: [cut],
    measureStartUs: 100 * SECOND,
    server: { before: sample(40), after: sample(140) },
    loads: [{ report: { outages, subscribers } }],
  };
}

const interval = (fromSeconds: number, deliveryP99Us?: number) => ({
  fromSeconds,
  seconds: 1,
  publishes: 10,
  deliveries: deliveryP99Us === undefined ? 0 : 10,
  ...(deliveryP99Us === undefined ? {} : { deliveryP99Us }),
});

describe("what a fault did", () => {
  test("is told from its beginning to the notice, and from its end to the return", () => {
    const outages: Outage[] = [
      { user: 1, lostUs: 102.5 * SECOND, backUs: 104 * SECOND, missed: false },
      { user: 2, lostUs: 103 * SECOND, backUs: 105 * SECOND, missed: false },
      { user: 3, lostUs: 103 * SECOND, backUs: undefined, missed: true },
      // Before the fault, and so none of its doing.
      { user: 1, lostUs: 101 * SECOND, backUs: 101.5 * SECOND, missed: false },
    ];
    const timeline = [
      interval(0, 100),
      interval(1, 120),
      interval(2),
      interval(3, 9_000),
      interval(4, 240),
      interval(5, 90),
    ];
    assert.deepEqual(faultsOf({ ...observed(outages), timeline }), [
      {
        kind: "link-cut",
        fromSeconds: 2,
        seconds: 1,
        lostConnections: 3,
        restoredConnections: 2,
        detectedAfterSeconds: { p50: 1, max: 1 },
        backAfterSeconds: { p50: 1, max: 2 },
        healthyAfterSeconds: 1,
      },
    ]);
  });

  test("is never called healthy again when the last interval is not", () => {
    const timeline = [interval(0, 100), interval(1, 120), interval(2), interval(3, 90), interval(4, 241)];
    const [fault] = faultsOf({ ...observed([]), timeline }) ?? [];
    assert.equal(fault?.healthyAfterSeconds, undefined);
    assert.equal(fault?.detectedAfterSeconds, undefined);
  });
});

test("what was accepted is delivered, or lost with a word or without, to the last one", () => {
  const account = resumptionOf(
    observed(
      [],
      [
        { user: 1, delivered: 100, replayed: 10, informed: false },
        { user: 2, delivered: 93, replayed: 0, informed: true },
        { user: 3, delivered: 98, replayed: 5, informed: false },
      ],
    ),
  );
  assert.deepEqual(account, {
    accepted: 100,
    subscribers: 3,
    due: 300,
    delivered: 291,
    replayed: 15,
    declaredLost: 7,
    undeclaredLost: 2,
    told: 1,
  });
});

test("a publish that was refused as unknown and was delivered all the same was accepted", () => {
  const account = resumptionOf(
    observed(
      [],
      [
        { user: 1, delivered: 101, replayed: 0, informed: true },
        { user: 2, delivered: 100, replayed: 0, informed: true },
      ],
    ),
  );
  assert.deepEqual([account?.accepted, account?.declaredLost, account?.undeclaredLost], [101, 1, 0]);
});

test("there is no such account where traffic goes to several channels", () => {
  const observation = observed([]);
  const several = {
    ...plan,
    traffic: [...plan.traffic, ...plan.traffic.map((one) => ({ ...one, to: { topic: "topic/b" } }))],
  };
  assert.equal(resumptionOf({ ...observation, plan: several }), undefined);
});
