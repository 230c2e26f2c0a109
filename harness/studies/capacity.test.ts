import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { metricsOf } from "../../reports/model/results.test-fixture.ts";
import type { Metrics, Trial } from "../result/result.ts";
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
