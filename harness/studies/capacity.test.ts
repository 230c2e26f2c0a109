import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { metricsOf } from "../../reports/model/results.test-fixture.ts";
import type { Metrics, Trial } from "../result/result.ts";
import type { AgentFigures } from "../result/schema/agents.ts";
import { findCapacity } from "./capacity.ts";

const trialOf = (state: Trial["state"], metrics?: Partial<Metrics>, reason?: string): Trial => ({
  transport: "x",
  scenario: "fan-out",
  block: 0,
  attempt: 1,
  state,
  notes: [],
  planHash: "",
  params: {},
  seed: 1,
  startedAt: "2026-02-03T04:05:06.000Z",
  seconds: 1,
  ...(reason === undefined ? {} : { reason }),
  ...(metrics ? { metrics: { ...metricsOf(1, 100), ...metrics } } : {}),
});

/** What one agent on a machine of its own did. */
const agentsOf = (agent: Partial<AgentFigures["each"][number]>): AgentFigures => ({
  each: [
    {
      name: "a",
      serves: false,
      cores: 4,
      here: false,
      machine: { platform: "linux", kernel: "6", arch: "x64", cpuModel: "", memoryBytes: 0 },
      clockSync: "",
      loadProcesses: 1,
      users: 10,
      publishes: 10,
      deliveries: 90,
      offsetUs: 0,
      boundUs: 10,
      driftUs: 0,
      driftPpm: 0,
      ...agent,
    },
  ],
  server: { on: "controller", host: "10.0.0.5" },
  latencyBoundUs: 0,
  negative: 0,
  natsMessages: 0,
});

const busy = { lost: 1, host: { otherCpus: 2 } };

const find = (measure: (load: number, seed: number) => Trial) =>
  findCapacity({
    bounds: { start: 100, min: 1, max: 10_000 },
    measure: async (load, seed) => measure(load, seed),
    unmet: ({ lost }) => (lost === 0 ? [] : [`lost was ${lost}`]),
    seed: 7,
    onTrial: () => undefined,
  });

describe("a capacity", () => {
  test("is where the service level breaks, each trial with a seed of its own", async () => {
    const {
      holds = 0,
      breaks = 0,
      limit,
      trials,
    } = await find((load) => trialOf("completed", { lost: load > 450 ? 3 : 0, serverLoopUtilization: 0.97 }));
    assert.ok(holds <= 450 && breaks > 450 && breaks / holds <= 1.15, `${holds} to ${breaks}`);
    assert.equal(limit, "the server's event loop, 97 % busy");
    assert.deepEqual(new Set(trials.map(({ seed }) => seed)).size, trials.length);
    assert.ok(trials.some(({ because }) => because === "lost was 3"));
  });

  test("names the load generator where that gave out first", async () => {
    const { limit, limitedBy } = await find((load) =>
      load > 450 ? trialOf("invalid", { achievedShare: 0.7 }, "too slow") : trialOf("completed", { lost: 0 }),
    );
    assert.match(limit ?? "", /^the load generator/);
    assert.equal(limitedBy, "generator");
  });

  test("counts a server that is saturated, or a trial that failed, as broken", async () => {
    const saturated = await find((load) =>
      trialOf(load > 450 ? "saturated" : "completed", { lost: 0 }, "queue"),
    );
    assert.ok((saturated.breaks ?? 0) > 450);
    const failed = await find((load) =>
      load > 450 ? trialOf("failed", undefined, "no ports") : trialOf("completed", { lost: 0 }),
    );
    assert.equal(failed.limit, "no ports");
  });

  test("takes for held what holds although the generator was late", async () => {
    const { breaks } = await find((load) =>
      trialOf("invalid", { lost: load > 450 ? 1 : 0 }, "the generator sent late"),
    );
    assert.ok((breaks ?? 0) > 450);
  });

  test("repeats a trial that the machine spoiled, and gives up when it goes on", async () => {
    let spoiled = 0;
    const found = await find((load) => {
      spoiled += 1;
      return spoiled === 2
        ? trialOf("invalid", busy, "busy machine")
        : trialOf("completed", { lost: load > 450 ? 1 : 0 });
    });
    assert.equal(found.trials.filter(({ outcome }) => outcome === "void").length, 1);
    assert.ok(found.confirmed);
    const { holds, breaks, confirmed, stopped } = await find((load) =>
      load > 150 ? trialOf("invalid", busy, "busy machine") : trialOf("completed", { lost: 0 }),
    );
    assert.deepEqual([holds, breaks, confirmed], [100, undefined, false]);
    assert.match(stopped ?? "", /^lost was 1, but other programs used 2\.00 CPUs/);
    const nothing = await find(() => trialOf("invalid", busy, "busy machine"));
    assert.deepEqual([nothing.holds, nothing.breaks, nothing.trials.length], [undefined, undefined, 6]);
  });

  test("takes what an agent spoiled, by its end or by its machine, for no limit of the transport", async () => {
    let spoiled = 0;
    const found = await find((load) => {
      spoiled += 1;
      if (spoiled === 2) return trialOf("invalid", undefined, "agent a-1 is gone");
      return trialOf("completed", { lost: load > 450 ? 1 : 0 });
    });
    assert.deepEqual(
      found.trials.flatMap(({ outcome, because }) => (outcome === "void" ? [because] : [])),
      ["agent a-1 is gone"],
    );
    assert.ok(found.confirmed && (found.breaks ?? 0) > 450);
    const beside = agentsOf({ name: "a-1", cores: 2, otherCpus: 1.5 });
    const { stopped } = await find(() => trialOf("completed", { lost: 1, agents: beside }));
    assert.match(
      stopped ?? "",
      /^lost was 1, but on the machine of agent a-1 other programs used 1\.50 CPUs/,
    );
  });

  test("holds or breaks by latencies only where their clocks leave no doubt", async () => {
    const ordinary = metricsOf(1, 100);
    const latency = ordinary.deliveryLatencyUs;
    assert.ok(latency);
    const p99 = 10_000;
    const outcomes = async (latencyBoundUs: number, mostUs: number) => {
      const agents = { ...agentsOf({}), latencyBoundUs };
      const { trials } = await findCapacity({
        bounds: { start: 100, min: 100, max: 100 },
        measure: async () => trialOf("completed", { deliveryLatencyUs: { ...latency, p99 }, agents }),
        unmet: ({ deliveryLatencyUs, agents: of }) =>
          (deliveryLatencyUs?.p99 ?? 0) < mostUs && of?.latencyBoundUs === 0 ? [] : ["too long"],
        seed: 7,
        onTrial: () => undefined,
      });
      return [...new Set(trials.map(({ outcome, because }) => `${outcome} ${because}`.trim()))];
    };
    assert.deepEqual(await outcomes(50, 11_000), ["held"]);
    assert.deepEqual(await outcomes(50, 9_000), ["broke too long"]);
    assert.deepEqual(await outcomes(2_000, 11_000), [
      "void the clocks are not known well enough to tell: +- 2000 us",
    ]);
  });

  test("takes what waits for its poll for no queue", async () => {
    const search = async (pollEveryMs?: number) => {
      const found = await findCapacity({
        bounds: { start: 100, min: 100, max: 100 },
        // Nine tenths of a second's worth.
        measure: async () => {
          const { expected, measuredSeconds } = metricsOf(1, 100);
          return trialOf("completed", { backlogAtEnd: (0.9 * expected) / measuredSeconds });
        },
        unmet: () => [],
        pollEveryMs,
        seed: 7,
        onTrial: () => undefined,
      });
      return [...new Set(found.trials.map(({ outcome }) => outcome))];
    };
    assert.deepEqual(await search(), ["broke"]);
    assert.deepEqual(await search(1_000), ["held"]);
  });

  test("names agents where they are the load generator that gave out", async () => {
    const { limit } = await find((load) =>
      load > 450
        ? trialOf("invalid", { achievedShare: 0.7, agents: agentsOf({ name: "a-1" }) }, "too slow")
        : trialOf("completed", { lost: 0 }),
    );
    assert.match(limit ?? "", /^the load generator, .*: take more agents$/);
  });

  test("tells a load that crowds its own CPUs from other programs", async () => {
    const found = await find((load) =>
      trialOf("completed", {
        lost: load > 450 ? 1 : 0,
        serverLoopUtilization: 0.6,
        host: { cpuPressure: load > 300 ? 0.8 : 0.1, otherCpus: 0 },
      }),
    );
    assert.equal(found.limitedBy, "machine");
    assert.ok((found.breaks ?? 0) > 450 && found.confirmed);
  });

  test("believes no trial whose clock went backwards", async () => {
    const ordinary = metricsOf(1, 100);
    const latency = ordinary.deliveryLatencyUs;
    assert.ok(latency);
    const { trials } = await find(() =>
      trialOf("invalid", { lost: 0, deliveryLatencyUs: { ...latency, negative: 2 } }, "clock"),
    );
    assert.ok(trials.every(({ outcome }) => outcome === "void"));
  });
});
