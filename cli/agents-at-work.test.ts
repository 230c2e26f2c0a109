import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, test } from "vitest";
import { freeAgents } from "../harness/agents/free-agents.ts";
import { type LocalAgents, startLocalAgents } from "../harness/agents/local.ts";
import { connectNats } from "../harness/agents/nats.ts";
import { type AgentPool, openAgentPool } from "../harness/agents/pool.ts";
import { canRun } from "../harness/engines/balanced.test-fixture.ts";
import { runLaunch } from "../harness/launch/launch.ts";
import { divideProcessors, parseProcessorList } from "../harness/processes/affinity.ts";
import type { Trial } from "../harness/result/result.ts";
import { feedPlan } from "../harness/selftest/trials.ts";
import { runOne, specOf } from "../harness/trial/one-trial.test-fixture.ts";
import type { Plan } from "../scenarios/plan.ts";
import { until } from "../transports/conformance/bench.ts";
import { NATS } from "../transports/engines/programs.ts";
import { defaultTransports } from "../transports/registry.ts";
import { childrenOf, main } from "./process.test-fixture.ts";

const PATIENCE_MS = 30_000;
const command = [process.execPath, main, "agent"];
const plan = feedPlan({ seed: 7, ratePerSecond: 60, measureMs: 500, subscribers: 5, warmupMs: 100 });

/** One list, or none where it is gone. */
const processorsOf = (pid: number): string[] => {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return [String(parseProcessorList(/^Cpus_allowed_list:\s*(\S+)/m.exec(status)?.[1] ?? ""))];
  } catch {
    return [];
  }
};

const exists = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe.runIf(canRun(NATS))("agents", () => {
  let local: LocalAgents;
  beforeAll(async () => {
    local = await startLocalAgents({ count: 3, command });
  });
  afterAll(() => local.stop());

  /** NATS has nothing to wait for here: a key that was deleted is as silent as one that never was. */
  const untilFree = async (names: readonly string[]) => {
    for (const due = performance.now() + PATIENCE_MS; ; await sleep(50)) {
      const free = (await freeAgents({ url: local.url })).map(({ name }) => name);
      if (names.every((name) => free.includes(name))) return;
      assert.ok(performance.now() < due, `free are ${free.join(", ")}`);
    }
  };
  const open = async (count: number, patienceMs = PATIENCE_MS) =>
    openAgentPool({
      bus: await connectNats({ url: local.url }, "test"),
      count,
      host: "127.0.0.1",
      placing: local.placing,
      patienceMs,
      rejoinMs: 1_000,
    });
  const using = async <T>(count: number, act: (pool: AgentPool) => Promise<T>): Promise<T> => {
    const pool = await open(count);
    try {
      return await act(pool);
    } finally {
      await pool.close();
    }
  };

  const exact = async (transport: string) => {
    const spec = specOf(plan, { name: transport });
    const trials = [
      await runOne(spec),
      await using(1, (agents) => runOne({ ...spec, agents })),
      await using(3, (agents) => runOne({ ...spec, agents, loadProcesses: 3 })),
    ];
    const counts = trials.map(({ metrics, reason }) => {
      assert.ok(metrics, reason);
      const { publishes, sendsChecksum, expected, delivered, lost, duplicated } = metrics;
      assert.ok(publishes > 0);
      return { publishes, sendsChecksum, expected, delivered, lost, duplicated };
    });
    assert.deepEqual(counts[1], counts[0]);
    assert.deepEqual(counts[2], counts[0]);
    const [none, one, three] = trials.map(({ metrics }) => metrics?.agents);
    assert.equal(none, undefined);
    assert.equal(one?.latencyBoundUs, 0);
    assert.ok(three && three.latencyBoundUs > 0);
    assert.deepEqual(
      three.each.map(({ name, loadProcesses, here }) => [name, loadProcesses, here]),
      [
        ["local-1", 1, true],
        ["local-2", 1, true],
        ["local-3", 1, true],
      ],
    );
    // They have one clock.
    for (const { offsetUs, boundUs } of three.each) assert.ok(Math.abs(offsetUs) <= boundUs);
    assert.deepEqual([one?.natsMessages, three.natsMessages], [0, 0]);
    assert.match(
      trials[2]?.notes.join("\n") ?? "",
      /load by 3 agents, server on the controller .*local-1 \+- .*0 messages/,
    );
  };

  test(
    "three, one and none make the same sends and deliveries, and NATS is silent meanwhile",
    { tags: ["full"] },
    () => exact("websocket"),
  );

  test.for(defaultTransports.filter(({ name }) => name !== "websocket"))(
    "the same with $name",
    { tags: ["full", "release"] },
    ({ name }) => exact(name),
  );

  for (const names of [["websocket"], ["websocket", "sse"]])
    test(`a launch of ${names.join(", ")} with agents: slices by the clock, nothing over NATS meanwhile, and the same sends as without`, {
      tags: names.length > 1 ? ["full", "release"] : ["full"],
    }, async () => {
      const scenario = {
        name: "feed",
        summary: "for this test",
        params: {},
        plan: (seed: number): Plan => ({ ...plan, seed, phases: { ...plan.phases, measureMs: 1_000 } }),
      };
      /** The CPUs that an agent and what it runs may use, by stage. */
      const processors = new Map<string, Set<string>>();
      const launch = (agents?: AgentPool) =>
        runLaunch(
          {
            launch: 0,
            transports: names.map((name) => ({ name })),
            scenarios: [{ ...scenario, plan: scenario.plan(1) }],
            seed: 3,
            loadProcesses: 2,
            gates: "note",
            ...(agents ? { agents } : {}),
          },
          new AbortController().signal,
          ({ stage }) => {
            const pids = agents ? local.pids.flatMap((pid) => [pid, ...childrenOf(pid)]) : [];
            const lists = processors.get(stage) ?? new Set();
            processors.set(stage, lists);
            for (const pid of pids) for (const list of processorsOf(pid)) lists.add(list);
          },
        );
      const byName = (trials: readonly Trial[]) =>
        [...trials].sort((a, b) => (a.transport < b.transport ? -1 : 1));
      const withAgents = byName(await using(2, (agents) => launch(agents)));
      const affinity = divideProcessors();
      if (typeof affinity !== "string") {
        const all = parseProcessorList([affinity.server, affinity.load].flat().join(","));
        assert.deepEqual([...(processors.get("starting") ?? [])], [String(all)]);
        assert.deepEqual([...(processors.get("measuring") ?? [])], [String(affinity.load)]);
      }
      const without = byName(await launch());
      for (const [index, { transport, state, reason, slices = [], metrics }] of withAgents.entries()) {
        assert.equal(state, "completed", `${transport}: ${reason}`);
        assert.ok(metrics?.agents);
        const rounds = (all: typeof slices) => [...new Set(all.map(({ round }) => round))].sort();
        assert.deepEqual(rounds(slices), [0, 1]);
        assert.deepEqual([metrics.agents.natsMessages, metrics.lost, metrics.agents.each.length], [0, 0, 2]);
        assert.ok(slices.every((one) => one.publishes > 0 && one.deliveries === one.publishes * 5));
        // A round's sends are drawn from its number: whoever makes them makes the same.
        const publishes = (all: typeof slices) => new Map(all.map((one) => [one.round, one.publishes]));
        assert.deepEqual([...publishes(slices)].sort(), [...publishes(without[index]?.slices ?? [])].sort());
        assert.equal(
          metrics.agents.each.reduce((sum, one) => sum + one.publishes, 0),
          metrics.publishes,
        );
      }
    });

  test("more than there are: one line, and those that are there stay free", { tags: ["full"] }, async () => {
    await assert.rejects(open(4, 0), (error) => {
      assert.match(String(error), /4 agents are asked for and \d free.*notif-lab agent/);
      return true;
    });
    await untilFree(["local-1", "local-2"]);
  });

  test("an agent that stands still voids the trial by its name, and is free again when it goes on", {
    tags: ["full"],
  }, async () => {
    const [victim = 0] = local.pids;
    try {
      await using(2, async (agents) => {
        const onMeasure = async () => void process.kill(victim, "SIGSTOP");
        const spec = { ...specOf(plan, { name: "websocket" }), agents, loadProcesses: 2 };
        const { state, reason } = await runOne({ ...spec, hooks: { onMeasure } });
        assert.deepEqual([state, reason], ["failed", "agent local-1 has been silent for 5 s"]);
      });
    } finally {
      process.kill(victim, "SIGCONT");
    }
    await untilFree(["local-1", "local-2"]);
    await until("it runs nothing", () => childrenOf(victim).length === 0);
  });

  test("an agent that is killed voids the trial by its name, and leaves nothing", {
    tags: ["full"],
  }, async () => {
    const [, victim = 0] = local.pids;
    let running: readonly number[] = [];
    await using(3, async (agents) => {
      const hooks = {
        onMeasure: async () => {
          running = childrenOf(victim);
          process.kill(victim, "SIGKILL");
        },
      };
      const { state, reason } = await runOne({
        ...specOf(plan, { name: "websocket" }),
        agents,
        loadProcesses: 3,
        hooks,
      });
      assert.equal(state, "failed");
      assert.match(reason ?? "", /agent local-2 is gone/);
      assert.ok(running.length > 0);
      const next = await runOne({ ...specOf(plan, { name: "websocket" }), agents, loadProcesses: 3 });
      // Nobody else is free.
      assert.match(next.reason ?? "", /agent local-2 is gone/);
    });
    await until("its processes are gone", () => !running.some(exists));
    await untilFree(["local-1"]);
  });
});

test.runIf(canRun(NATS))(
  "a server on an agent of its own: load and server are apart, and the counts are exact",
  { tags: ["full"] },
  async () => {
    const local = await startLocalAgents({ count: 1, command, server: "any" });
    try {
      const bus = await connectNats({ url: local.url }, "test");
      const options = { bus, count: 1, host: "127.0.0.1", patienceMs: PATIENCE_MS };
      const agents = await openAgentPool({ ...options, server: "any" });
      try {
        const { metrics, reason, state } = await runOne({ ...specOf(plan, { name: "websocket" }), agents });
        assert.equal(state, "completed", reason);
        assert.ok(metrics?.agents);
        assert.deepEqual(metrics.agents.server, { on: "local-server", host: "127.0.0.1" });
        assert.deepEqual(
          metrics.agents.each.map(({ name, serves, loadProcesses }) => [name, serves, loadProcesses]),
          [
            ["local-1", false, 1],
            ["local-server", true, 0],
          ],
        );
        assert.deepEqual([metrics.lost, metrics.delivered], [0, metrics.expected]);
        assert.ok((metrics.serverCpuUsPerDelivery ?? 0) > 0 && (metrics.serverRssBytes ?? 0) > 0);
        const [load = 0, server = 0] = local.pids.map((pid) => childrenOf(pid).length);
        assert.deepEqual([load, server], [0, 0]);
      } finally {
        await agents.close();
      }
    } finally {
      await local.stop();
    }
  },
);

/** A process in a time namespace whose monotonic clock is ahead by so much. */
const AHEAD_S = 5_000;
const ahead = ["unshare", "-T", "--monotonic", String(AHEAD_S)];
const canShift = () => spawnSync(ahead[0] ?? "", [...ahead.slice(1), "true"]).status === 0;

test.runIf(canRun(NATS) && canShift())(
  "clocks that are 5,000 s ahead are found to be, and latencies are as ever",
  { tags: ["full"] },
  async () => {
    const local = await startLocalAgents({ count: 2, command: [...ahead, ...command] });
    try {
      const agents = await openAgentPool({
        bus: await connectNats({ url: local.url }, "test"),
        count: 2,
        host: "127.0.0.1",
        patienceMs: PATIENCE_MS,
      });
      try {
        const spec = specOf(plan, { name: "websocket" });
        const { metrics, reason } = await runOne({ ...spec, agents, loadProcesses: 2 });
        assert.ok(metrics?.agents, reason);
        for (const { offsetUs, boundUs } of metrics.agents.each)
          assert.ok(Math.abs(offsetUs + AHEAD_S * 1_000_000) <= boundUs, `${offsetUs} +- ${boundUs}`);
        assert.deepEqual([metrics.lost, metrics.deliveryLatencyUs?.negative], [0, 0]);
        assert.ok((metrics.deliveryLatencyUs?.p50 ?? Number.POSITIVE_INFINITY) < 1_000_000);
      } finally {
        await agents.close();
      }
    } finally {
      await local.stop();
    }
  },
);
