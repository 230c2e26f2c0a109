import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { chat } from "./chat.ts";
import { collaboration } from "./collaboration.ts";
import { crowds } from "./crowds.ts";
import { gaming } from "./gaming.ts";
import { iot } from "./iot.ts";
import { marketData } from "./market-data.ts";
import { type Plan, planSchema } from "./plan.ts";
import { defaultScenarios, scenarios } from "./registry.ts";
import type { Params, Scenario } from "./scenario.ts";
import { schedule } from "./schedule.ts";
import { usersOf } from "./users.ts";

const useCases = [chat, gaming, collaboration, iot, marketData];

function planOf({ params, plan }: Scenario, overrides: Partial<Params> = {}): Plan {
  const { connections, rate, payload, duration, warmup } = params;
  return planSchema.parse(
    plan(
      {
        connections: connections.default,
        rate: rate.default,
        payload: payload.default,
        duration: duration.default,
        warmup: warmup.default,
        ...overrides,
      },
      1,
    ),
  );
}

interface Follower {
  readonly index: number;
  readonly group: string;
  readonly marksRead: boolean;
}

/** Who follows a channel, and which group a user is of. */
function lookUp(plan: Plan) {
  const users = usersOf(plan).map((user) => ({ ...user, group: user.id.replace(/-\d+$/, "") }));
  const followers = new Map<string, Follower[]>();
  for (const user of users)
    for (const channel of user.channels) followers.set(channel, [...(followers.get(channel) ?? []), user]);
  return {
    followersOf: (channel: string) => followers.get(channel) ?? [],
    groupOf: (user: number) => users[user]?.group,
  };
}

const topicOf = ({ to }: Plan["traffic"][number]) => ("topic" in to ? to.topic : "");

function deliveriesPerSecond(plan: Plan): number {
  const { followersOf } = lookUp(plan);
  return plan.traffic.reduce((sum, one) => sum + one.ratePerSecond * followersOf(topicOf(one)).length, 0);
}

test("a bench without --scenarios runs notify and fan-out, which come first", () => {
  assert.deepEqual(
    defaultScenarios.map(({ name }) => name),
    ["notify", "fan-out"],
  );
  assert.deepEqual(
    scenarios.slice(0, 7).map(({ name }) => name),
    ["notify", "fan-out", "chat", "gaming", "collaboration", "iot", "market-data"],
  );
});

for (const scenario of useCases) {
  describe(`use case ${scenario.name}`, () => {
    test("opens as many connections as it was asked to, from the fewest to the most", () => {
      const { min, max } = scenario.params.connections;
      for (const connections of [...Array.from({ length: 70 }, (_, index) => min + index), 4_999, max]) {
        assert.equal(usersOf(planOf(scenario, { connections })).length, connections);
      }
    });

    test("somebody else gets whatever anybody publishes, even among the fewest", () => {
      const { min } = scenario.params.connections;
      for (const connections of [min, min + 1, min + 2, min + 9]) {
        const plan = planOf(scenario, { connections });
        const sends = [...schedule(plan, "measure")];
        const { followersOf } = lookUp(plan);
        assert.ok(sends.length > 0);
        for (const { publisher, channel } of sends)
          assert.ok(followersOf(channel).some(({ index }) => index !== publisher));
      }
    });

    test("asks by default for what the slowest transport carries on two cores", () => {
      assert.ok(deliveriesPerSecond(planOf(scenario)) <= 3_000);
    });
  });
}

test("crowds are nearly equal, of two at least, and 500 at most", () => {
  assert.deepEqual(crowds(40, 20), [20, 20]);
  assert.deepEqual(crowds(50, 20), [17, 17, 16]);
  assert.deepEqual(crowds(2, 20), [2]);
  assert.equal(crowds(40_000, 5).length, 500);
  for (let users = 2; users < 300; users += 1) {
    const all = crowds(users, 5);
    assert.equal(
      all.reduce((sum, one) => sum + one, 0),
      users,
    );
    assert.ok(Math.min(...all) >= 2 && Math.max(...all) - Math.min(...all) <= 1);
  }
});

for (const [scenario, size, marksRead] of [
  [chat, 20, true],
  [collaboration, 5, false],
] as const) {
  test(`in ${scenario.name} everyone speaks to its own room, all of whom hear it, itself too`, () => {
    const plan = planOf(scenario);
    const { followersOf, groupOf } = lookUp(plan);
    const speakers = new Set<number>();
    for (const { publisher, channel } of schedule(plan, "measure")) {
      speakers.add(publisher);
      const heard = followersOf(channel);
      assert.equal(heard.length, size);
      assert.ok(heard.some(({ index }) => index === publisher));
      assert.ok(heard.every((user) => user.marksRead === marksRead));
      assert.deepEqual([...new Set(heard.map(({ group }) => group))], [groupOf(publisher)]);
    }
    assert.ok(speakers.size > usersOf(plan).length / 3, `${speakers.size} speakers`);
    const total = plan.traffic.reduce((sum, { ratePerSecond }) => sum + ratePerSecond, 0);
    assert.ok(Math.abs(total - scenario.params.rate.default) < 1e-9);
  });
}

test("everyone in a chat follows its own channel, on which its receipts come back", () => {
  assert.ok(usersOf(planOf(chat)).every(({ id, channels }) => channels.includes(`user/${id}`)));
});

test("the host of a match ticks evenly to its players alone, and gets their inputs alone", () => {
  const plan = planOf(gaming, { connections: 30, rate: 20, duration: 10 });
  const { followersOf, groupOf } = lookUp(plan);
  const due = new Map<string, number[]>();
  const inputs = new Map<number, number>();
  for (const { publisher, channel, dueUs } of schedule(plan, "measure")) {
    const [, role = "", match = ""] = /^topic\/(state|inputs)-(\d+)$/.exec(channel) ?? [];
    const isTick = role === "state";
    assert.equal(groupOf(publisher), `${isTick ? "host" : "player"}-${match}`);
    const heard = followersOf(channel).map(({ group }) => group);
    assert.deepEqual(heard, new Array(isTick ? 9 : 1).fill(`${isTick ? "player" : "host"}-${match}`));
    if (isTick) due.set(match, [...(due.get(match) ?? []), dueUs]);
    else inputs.set(publisher, (inputs.get(publisher) ?? 0) + 1);
  }
  assert.deepEqual([...due.keys()].sort(), ["1", "2", "3"]);
  for (const ticks of due.values())
    assert.deepEqual(
      ticks,
      Array.from({ length: 200 }, (_, tick) => tick * 50_000),
    );
  // 27 players, 10 inputs a second each for 10 s; five standard deviations of a Poisson count never happen.
  assert.equal(inputs.size, 27);
  const total = [...inputs.values()].reduce((sum, one) => sum + one, 0);
  assert.ok(Math.abs(total - 2_700) <= 5 * Math.sqrt(2_700), `${total} inputs`);
});

test("devices publish and follow nothing; each dashboard gets every reading", () => {
  const plan = planOf(iot);
  const groups = plan.groups.map(({ name, users }) => [name, users]);
  assert.deepEqual(groups, [
    ["device", 295],
    ["dashboard", 5],
  ]);
  const { followersOf, groupOf } = lookUp(plan);
  const devices = new Set<number>();
  for (const { publisher, channel } of schedule(plan, "measure")) {
    devices.add(publisher);
    assert.equal(groupOf(publisher), "device");
    assert.deepEqual(usersOf(plan)[publisher]?.channels, []);
    assert.equal(followersOf(channel).length, 5);
  }
  assert.ok(devices.size > 295 / 3, `${devices.size} devices`);
});

test("quotes come ten at a time, evenly, to all but the feed", () => {
  const plan = planOf(marketData);
  const { followersOf } = lookUp(plan);
  const quotes = new Map<number, number>();
  for (const { publisher, channel, dueUs } of schedule(plan, "measure")) {
    assert.equal(publisher, 0);
    assert.equal(followersOf(channel).length, 59);
    quotes.set(dueUs, (quotes.get(dueUs) ?? 0) + 1);
  }
  assert.deepEqual(
    [...quotes],
    Array.from({ length: 20 }, (_, burst) => [burst * 200_000, 10]),
  );
});
