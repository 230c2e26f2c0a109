import { expect, test } from "vitest";
import { planSchema } from "../../scenarios/plan.ts";
import { audiencesOf, hearersOf } from "./audiences.ts";

const plan = planSchema.parse({
  version: 1,
  scenario: "two groups",
  seed: 1,
  loop: "open",
  groups: [
    { name: "newsroom", users: 1, follows: [], marksRead: false },
    { name: "reader", users: 3, follows: ["topic/news"], marksRead: true },
    { name: "editor", users: 2, follows: ["own", "topic/news"], marksRead: false },
  ],
  traffic: [],
  phases: {
    connectsPerSecond: 100,
    warmupMs: 0,
    settleMs: 0,
    measureMs: 1_000,
    drainTimeoutMs: 1_000,
  },
});

test("an audience is who follows the channel, its readers those who mark as read", () => {
  expect(audiencesOf(plan).get("topic/news")).toEqual({ subscribers: 5, readers: 3 });
});

test("only who follows its own channel hears of receipts", () => {
  expect([...hearersOf(plan)]).toEqual([4, 5]);
});
