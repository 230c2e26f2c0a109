import assert from "node:assert/strict";
import { test } from "vitest";
import { planSchema } from "../../scenarios/plan.ts";
import { excerptOf } from "./excerpt.ts";

const traffic = {
  from: "publisher",
  to: { topic: "topic/feed" },
  arrivals: "poisson",
  ratePerSecond: 50,
  payloadCharacters: 64,
} as const;

const plan = planSchema.parse({
  version: 1,
  scenario: "tiny",
  seed: 3,
  loop: "open",
  groups: [{ name: "publisher", users: 1, follows: ["topic/feed"], marksRead: false }],
  traffic: [traffic, { ...traffic, ratePerSecond: 8 }],
  phases: { connectsPerSecond: 1_000, warmupMs: 7, settleMs: 9, measureMs: 500, drainTimeoutMs: 1_000 },
});

test("an excerpt is the plan with its own seed and length, and all of its traffic at so many times the rate", () => {
  const excerpt = excerptOf(plan, { seed: 11, lengthMs: 100, speed: 4, loop: "closed" });
  assert.deepEqual(excerpt, {
    ...plan,
    seed: 11,
    loop: "closed",
    traffic: [
      { ...traffic, ratePerSecond: 200 },
      { ...traffic, ratePerSecond: 32 },
    ],
    phases: { ...plan.phases, warmupMs: 100, measureMs: 100 },
  });
});

test("unless told otherwise it has the plan's rate and loop, and the plan stays as it is", () => {
  const before = structuredClone(plan);
  const { traffic: at, loop } = excerptOf(plan, { seed: 11, lengthMs: 100 });
  assert.deepEqual([at, loop], [plan.traffic, "open"]);
  assert.deepEqual(plan, before);
});
