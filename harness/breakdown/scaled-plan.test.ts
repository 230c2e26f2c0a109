import assert from "node:assert/strict";
import { test } from "vitest";
import { fanOut } from "../../scenarios/fan-out.ts";
import { notify } from "../../scenarios/notify.ts";
import { type Plan, planSchema } from "../../scenarios/plan.ts";
import { breakdownPlan, scaledPlan } from "./scaled-plan.ts";

const params = { connections: 1_000, rate: 80, payload: 128, duration: 4, warmup: 1 };
const fan = fanOut.plan(params, 1);
const pairs = notify.plan(params, 1);

function sizes({ groups }: Plan): number[] {
  return groups.map(({ users }) => users);
}

test("groups shrink in proportion, and none disappears", () => {
  assert.deepEqual(sizes(scaledPlan(fan, 20)), [1, 19]);
  assert.deepEqual(sizes(scaledPlan(pairs, 20)), [20]);
  assert.deepEqual(sizes(scaledPlan(pairs, 1)), [2], "a pair needs two");
  const [publisher, subscriber] = fan.groups;
  assert.ok(publisher && subscriber);
  const many = {
    ...fan,
    groups: [...Array.from({ length: 9 }, (_, n) => ({ ...publisher, name: `p${n}` })), subscriber],
  };
  assert.deepEqual(sizes(scaledPlan(many, 20)), [1, 1, 1, 1, 1, 1, 1, 1, 1, 11]);
  assert.deepEqual(sizes(scaledPlan(many, 4)), Array(10).fill(1));
});

test("a plan that is small enough stays as it is", () => {
  assert.equal(scaledPlan(fan, 1_000), fan);
});

test("a byte breakdown's plan is valid, lasts a second, and has a rate whose bytes can be kept", () => {
  const rates = (plan: Plan) => breakdownPlan(plan, 20).traffic.map(({ ratePerSecond }) => ratePerSecond);
  for (const plan of [fan, pairs]) planSchema.parse(breakdownPlan(plan, 20));
  assert.equal(breakdownPlan(fan, 20).phases.measureMs, 1_000);
  assert.deepEqual(rates(fan), [80]);
  assert.deepEqual(rates(fanOut.plan({ ...params, rate: 0.1 }, 1)), [20]);
  assert.deepEqual(rates(fanOut.plan({ ...params, rate: 50_000 }, 1)), [100]);
  const [large = 0] = rates(fanOut.plan({ ...params, payload: 65_536 }, 1));
  assert.ok(large * 65_536 * 20 <= 16 * 1024 * 1024 && large > 5);
  const [stream] = fan.traffic;
  assert.ok(stream);
  const bursts = {
    ...fan,
    traffic: [
      { ...stream, arrivals: { burstOf: 10_000 } },
      { ...stream, ratePerSecond: 240 },
    ],
  };
  const mixed = breakdownPlan(bursts, 20).traffic;
  assert.deepEqual(
    mixed.map(({ ratePerSecond }) => ratePerSecond),
    [25, 75],
    "kinds of traffic keep their proportion",
  );
  assert.deepEqual(mixed[0]?.arrivals, { burstOf: 50 });
});
