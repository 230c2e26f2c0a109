import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { parseLink } from "./link.ts";
import { type Plan, planSchema } from "./plan.ts";
import { scenarios } from "./registry.ts";
import type { ParamName, Params, Scenario } from "./scenario.ts";
import { schedule } from "./schedule.ts";
import { needsRelay, usersOf } from "./users.ts";

function planOf(scenario: Scenario, seed: number, overrides: Partial<Params> = {}): Plan {
  const value = (name: ParamName) => overrides[name] ?? scenario.params[name].default;
  const params: Params = {
    connections: value("connections"),
    rate: value("rate"),
    payload: value("payload"),
    duration: value("duration"),
    warmup: value("warmup"),
  };
  return planSchema.parse(scenario.plan(params, seed));
}

for (const scenario of scenarios) {
  describe(`scenario ${scenario.name}`, () => {
    test("is a pure function: the same numbers and seed give the same plan and schedule", () => {
      assert.deepEqual(planOf(scenario, 7), planOf(scenario, 7));
      for (const phase of ["warmup", "measure"] as const) {
        const sends = () => [...schedule(planOf(scenario, 7), phase)];
        assert.deepEqual(sends(), sends());
      }
    });

    test("opens as many connections as it was asked to", () => {
      assert.equal(usersOf(planOf(scenario, 1, { connections: 321 })).length, 321);
    });

    test("is within the bounds of a plan at both ends of every number", () => {
      for (const end of ["min", "max"] as const) {
        const at = Object.fromEntries(Object.entries(scenario.params).map(([name, one]) => [name, one[end]]));
        planOf(scenario, 0xffff_ffff, at);
      }
    });

    test("sends at the rate asked for, in order, whatever the warm-up", () => {
      const plan = planOf(scenario, 1, { rate: 100, duration: 20, warmup: 5 });
      const sends = [...schedule(plan, "measure")];
      if (plan.traffic.length === 0) return assert.deepEqual(sends, []);
      // Five standard deviations of a Poisson count never happen.
      const mean = 20 * plan.traffic.reduce((sum, { ratePerSecond }) => sum + ratePerSecond, 0);
      assert.ok(Math.abs(sends.length - mean) <= 5 * Math.sqrt(mean), `${sends.length} sends`);
      assert.ok(sends.every((send, index) => index === 0 || send.dueUs >= (sends[index - 1]?.dueUs ?? 0)));
      assert.ok(sends.every(({ dueUs }) => dueUs >= 0 && dueUs <= 20_000_000));
      assert.ok([...schedule(plan, "warmup")].every(({ dueUs }) => dueUs <= 5_000_000));
      const other = planOf(scenario, 1, { rate: 100, duration: 20, warmup: 1 });
      assert.deepEqual([...schedule(other, "measure")], sends);
    });

    test("publishes only to channels that somebody else follows", () => {
      const plan = planOf(scenario, 3, {
        connections: Math.max(20, scenario.params.connections.min),
        rate: 100,
      });
      const users = usersOf(plan);
      for (const { publisher, channel } of schedule(plan, "measure")) {
        const followers = users.filter((user) => user.channels.includes(channel));
        assert.ok(followers.some((user) => user.index !== publisher));
      }
    });

    test("refuses no parameter within its bounds", () => {
      for (const name of Object.keys(scenario.params) as ParamName[]) {
        if (name === "connections") continue;
        planOf(scenario, 1, { [name]: scenario.params[name].min });
        planOf(scenario, 1, { [name]: scenario.params[name].max });
      }
      planOf(scenario, 1, { connections: scenario.params.connections.min });
      planOf(scenario, 1, { connections: scenario.params.connections.max });
    });
  });
}

test("Poisson gaps have the mean and the spread of an exponential distribution", () => {
  const notify = scenarios.find(({ name }) => name === "notify");
  assert.ok(notify);
  const due = [...schedule(planOf(notify, 11, { rate: 1_000, duration: 50, warmup: 0 }), "measure")].map(
    (send) => send.dueUs,
  );
  const gaps = due.slice(1).map((at, index) => at - (due[index] ?? 0));
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
  const deviation = Math.sqrt(gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length);
  assert.ok(Math.abs(mean / 1_000 - 1) < 0.03, `mean gap ${mean} us`);
  assert.ok(Math.abs(deviation / mean - 1) < 0.05, `deviation ${deviation} us`);
});

test("a burst is so many sends at one moment, at the same mean rate", () => {
  const [first] = scenarios;
  assert.ok(first);
  const plan = planOf(first, 1, { rate: 100, duration: 10 });
  const bursts = { ...plan, traffic: plan.traffic.map((one) => ({ ...one, arrivals: { burstOf: 25 } })) };
  const due = [...schedule(bursts, "measure")].map((send) => send.dueUs);
  assert.equal(due.length, 1_000);
  assert.deepEqual(
    [...new Set(due)],
    Array.from({ length: 40 }, (_, burst) => burst * 250_000),
  );
});

test("who is past a link that the kernel shapes needs the others to come over a relay", () => {
  const [first] = scenarios;
  assert.ok(first);
  const plan: Plan = { ...planOf(first, 1), link: parseLink("shared=1mbit") };
  const direct: Plan = { ...plan, groups: plan.groups.map((group) => ({ ...group, via: "direct" })) };
  assert.deepEqual([needsRelay(plan), needsRelay(direct)], [false, true]);
});

test("a plan that can't be is refused with its reason", () => {
  const [first] = scenarios;
  assert.ok(first);
  const plan = planOf(first, 1);
  const refused = (broken: object) => planSchema.safeParse({ ...plan, ...broken }).error?.issues[0]?.message;
  assert.match(refused({ groups: [...plan.groups, ...plan.groups] }) ?? "", /same name/);
  assert.match(refused({ traffic: [{ ...plan.traffic[0], from: "nobody" }] }) ?? "", /no group nobody/);
  assert.match(refused({ groups: [{ ...plan.groups[0], users: 1 }] }) ?? "", /two users/);
  assert.ok(refused({ surprise: true }));
  const cluster = { nodes: 2, backplane: "redis", balancer: "none" };
  const onNodes = (broken: object, ...faults: object[]) =>
    refused({ cluster: { ...cluster, ...broken }, faults });
  assert.equal(onNodes({}), undefined);
  assert.match(onNodes({ backplane: "none" }) ?? "", /need a backplane/);
  assert.match(onNodes({}, { kind: "node-death", atMs: 1, forMs: 1, node: 2 }) ?? "", /no node 2 of 2/);
  assert.ok(onNodes({}, { kind: "node-death", atMs: 1, forMs: 1, node: 0 }));
  assert.match(onNodes({}, { kind: "link-reset", atMs: 1 }) ?? "", /need a balancer/);
  assert.match(
    onNodes({ nodes: 1, backplane: "none" }, { kind: "backplane-restart", atMs: 1, forMs: 1 }) ?? "",
    /no backplane/,
  );
  const mine = { redisAt: "redis://cache:6379" };
  assert.equal(onNodes(mine), undefined);
  assert.match(onNodes(mine, { kind: "backplane-pause", atMs: 1, forMs: 1 }) ?? "", /stops Redis/);
  assert.ok(onNodes({ redisAt: "redis://:password@cache" }), "a plan is no place for a password");
  assert.match(refused({ cluster: { ...cluster, ...mine }, link: { dropShare: 0.01 } }) ?? "", /network/);
  const own = { address: "http://lb:80", nodePorts: [9001, 9002] };
  assert.equal(onNodes({ balancer: "own", own }), undefined);
  assert.match(onNodes({ balancer: "own", own: { ...own, nodePorts: [9001] } }) ?? "", /one port/);
  assert.match(onNodes({ balancer: "haproxy", own }) ?? "", /no other balancer/);
});

test("no stream of arrivals is another's, of the same plan or of one with the next seed", () => {
  const notify = scenarios.find(({ name }) => name === "notify");
  assert.ok(notify);
  const [traffic] = planOf(notify, 1).traffic;
  assert.ok(traffic);
  const twice = (seed: number): Plan => ({ ...planOf(notify, seed), traffic: [traffic, traffic] });
  const sends = (plan: Plan) =>
    [...schedule(plan, "measure")].slice(0, 200).map(({ dueUs, publisher }) => `${dueUs} ${publisher}`);
  const [one, next] = [sends(twice(1)), sends(twice(2))];
  assert.equal(new Set(one).size, one.length);
  const shared = next.filter((send) => one.includes(send));
  // Two streams that are the same would share half.
  assert.ok(shared.length < 20, `${shared.length} of ${one.length} sends`);
});
