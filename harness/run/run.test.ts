import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { describe, test } from "vitest";
import { type Plan, planSchema } from "../../scenarios/plan.ts";
import type { TransportEntry } from "../../transports/port/entry.ts";
import { findTransport } from "../../transports/registry.ts";
import { type Results, resultsSchema } from "../result/result.ts";
import { keptInMemory } from "./kept.test-fixture.ts";
import type { ReadyScenario } from "./queue.ts";
import { type Progress, type RunEvents, type RunOptions, run } from "./run.ts";

/** The built children run what these tests describe: `npm test` builds first. */
const scenario: ReadyScenario = {
  name: "tiny",
  summary: "20 users, a tenth of a second of everything",
  params: { connections: 20 },
  plan: (seed): Plan =>
    planSchema.parse({
      version: 1,
      scenario: "tiny",
      seed,
      loop: "open",
      groups: [{ name: "user", users: 20, follows: ["own", "topic/all"], marksRead: true }],
      traffic: [
        {
          from: "user",
          to: { randomUserOf: "user" },
          arrivals: "poisson",
          ratePerSecond: 100,
          payloadCharacters: 64,
        },
        {
          from: "user",
          to: { topic: "topic/all" },
          arrivals: "constant",
          ratePerSecond: 20,
          payloadCharacters: 64,
        },
      ],
      phases: {
        connectsPerSecond: 1_000,
        warmupMs: 200,
        settleMs: 100,
        measureMs: 500,
        drainTimeoutMs: 2_000,
      },
    }),
};

function entry(name: string): TransportEntry {
  const transport = findTransport(name);
  assert.ok(transport);
  return transport;
}

const cache = keptInMemory();

function options(overrides: Partial<RunOptions> = {}): RunOptions {
  return {
    transports: [entry("websocket")],
    scenarios: [scenario],
    blocks: 1,
    seed: 5,
    cache,
    loadProcesses: 1,
    preset: "quick",
    loop: "open",
    arrivals: null,
    command: "a test",
    ...overrides,
  };
}

const silent: RunEvents = { onResults: async () => undefined, onProgress: () => undefined };

const children = () =>
  execFileSync("ps", ["-o", "pid=,args=", "--ppid", String(process.pid)], { encoding: "utf8" })
    .split("\n")
    .filter((line) => line.includes("harness/processes/"))
    .map((line) => ({ pid: Number.parseInt(line, 10), line }));

/** One run that several tests look at. */
let measured: Promise<Results> | undefined;
const measuredOnce = (): Promise<Results> => {
  measured ??= run(options({ loadProcesses: 2 }), silent, new AbortController().signal);
  return measured;
};

describe("a run", () => {
  test("measures, accounts for every delivery, and matches the schema", { timeout: 240_000 }, async () => {
    const results = await measuredOnce();
    assert.deepEqual(resultsSchema.parse(results), results);
    const [trial] = results.trials;
    const metrics = trial?.metrics;
    assert.ok(trial && metrics, trial?.reason);
    assert.equal(trial.state, "completed");
    // 10 publishes to the topic reach 20 users each; the direct ones reach one.
    assert.equal(metrics.expected, 10 * 20 + (metrics.publishes - 10));
    assert.deepEqual(
      [metrics.delivered, metrics.lost, metrics.duplicated, metrics.reordered],
      [metrics.expected, 0, 0, 0],
    );
    assert.deepEqual(
      [metrics.receiptsExpected, metrics.receiptsReceived],
      [metrics.expected, metrics.expected],
    );
    assert.equal(metrics.deliveryLatencyUs?.count, metrics.delivered);
    assert.equal(metrics.publishLatencyUs?.count, metrics.publishes);
    assert.equal(metrics.serviceLatencyUs?.count, metrics.delivered);
    assert.ok(metrics.serviceLatencyUs.mean <= metrics.deliveryLatencyUs.mean);
    const empty = metrics.memoryPerConnection?.steps.find(({ connections }) => connections === 0);
    assert.equal(metrics.serverRssAboveEmptyBytes, (metrics.serverRssBytes ?? 0) - (empty?.rssBytes ?? 0));
    const { timeline } = metrics;
    const sum = (of: (stretch: (typeof timeline)[number]) => number) =>
      timeline.reduce((total, stretch) => total + of(stretch), 0);
    assert.equal(
      sum((stretch) => stretch.deliveries),
      metrics.delivered,
    );
    assert.equal(
      sum((stretch) => stretch.publishes),
      metrics.publishes,
    );
    assert.deepEqual(
      metrics.memoryPerConnection?.steps.map((step) => step.connections),
      [0, 4, 8, 12, 16, 20],
    );
    assert.equal(metrics.warmup.steadiness, "not judged");
    assert.equal(metrics.connections, 20);
    assert.equal(metrics.sockets, 20);
    // Each delivery carries its body of 64 bytes at the least, and receipts and acknowledgements besides.
    assert.ok((metrics.tcpBytesOutPerDelivery ?? 0) > 64);
    assert.equal(metrics.processes.length, 3);
    assert.ok(results.finishedAt && results.plans[trial.planHash]);
    assert.deepEqual(children(), []);
  });

  test("sends the same on every transport and its A/A control, however many processes share it out", {
    timeout: 240_000,
    tags: ["full"],
  }, async () => {
    const control = { ...entry("tcp"), name: "tcp#2" };
    const [alone, shared] = [
      await run(options({ transports: [control] }), silent, new AbortController().signal),
      await measuredOnce(),
    ];
    const [first, ...others] = [...shared.trials, ...alone.trials].map(
      ({ metrics, reason }) => metrics?.sendsChecksum ?? reason,
    );
    assert.match(first ?? "", /^[0-9a-f]{14}$/);
    assert.deepEqual(
      others,
      others.map(() => first),
    );
  });

  test("in a closed loop counts latency from the send, and makes every send all the same", {
    tags: ["full"],
    timeout: 240_000,
  }, async () => {
    const closed = {
      ...scenario,
      plan: (seed: number): Plan => ({ ...scenario.plan(seed), loop: "closed" }),
    };
    const results = await run(options({ scenarios: [closed] }), silent, new AbortController().signal);
    const [hidden, open] = [results, await measuredOnce()].map(({ trials }) => trials[0]?.metrics);
    assert.ok(hidden && open);
    assert.deepEqual([hidden.publishes, hidden.lost], [open.publishes, 0]);
    assert.equal(hidden.sendLagUs?.max, 0);
    assert.equal(hidden.sendsChecksum, open.sendsChecksum);
  });

  test("gives every transport of a block the same plan, and every block its own", {
    timeout: 240_000,
  }, async () => {
    // Without a network there is nothing to measure: what counts here is what they were given.
    const transports = [entry("loopback"), { ...entry("loopback"), name: "loopback#2" }];
    const results = await run(options({ transports, blocks: 2 }), silent, new AbortController().signal);
    const hashes = (block: number) =>
      results.trials.filter((trial) => trial.block === block).map((trial) => trial.planHash);
    assert.deepEqual([new Set(hashes(0)).size, new Set(hashes(1)).size], [1, 1]);
    assert.notEqual(hashes(0)[0], hashes(1)[0]);
    const skipped = results.trials.filter((trial) => trial.state === "skipped");
    assert.deepEqual(new Set(skipped.map((trial) => trial.transport)), new Set(["loopback", "loopback#2"]));
  });

  test("goes on where an interrupted one stopped, and tries again what had failed", {
    timeout: 240_000,
    tags: ["full"],
  }, async () => {
    const controller = new AbortController();
    const transports = [entry("tcp"), entry("websocket")];
    let saved: Results | undefined;
    const events: RunEvents = {
      onResults: async (results) => {
        saved = structuredClone(results);
        if (results.trials.length === 1) controller.abort(new Error("interrupted"));
      },
      onProgress: () => undefined,
    };
    const first = await run(options({ transports }), events, controller.signal);
    assert.equal(first.finishedAt, undefined);
    assert.deepEqual(saved, first);
    const [done] = first.trials;
    assert.ok(done);
    const failed = {
      ...done,
      transport: done.transport === "tcp" ? "websocket" : "tcp",
      state: "failed",
      reason: "a test",
    };
    const resumed = resultsSchema.parse({ ...first, trials: [done, failed] });
    const second = await run(options({ transports, resumed }), silent, new AbortController().signal);
    assert.equal(second.trials.length, 2);
    assert.deepEqual(second.trials[0], done, "what had been measured is kept as it was");
    assert.equal(second.trials[1]?.state, "completed");
    assert.ok(second.finishedAt);
  });

  for (const stage of [
    "checking",
    "starting",
    "connecting",
    "warming up",
    "measuring",
    "draining",
  ] as const) {
    test(`leaves nothing behind when interrupted while ${stage}`, {
      timeout: 240_000,
      // bench.test.ts interrupts one by Ctrl-C.
      tags: ["full"],
    }, async () => {
      const controller = new AbortController();
      const events: RunEvents = {
        onResults: async () => undefined,
        onProgress: (progress) => {
          if (progress.stage === stage) controller.abort(new Error("interrupted"));
        },
      };
      // What is kept is not checked.
      const fresh = stage === "checking" ? { cache: keptInMemory() } : {};
      const results = await run(options(fresh), events, controller.signal);
      assert.deepEqual([results.trials, results.finishedAt], [[], undefined]);
      assert.deepEqual(children(), []);
    });
  }

  for (const victim of ["server", "load"]) {
    const tags = victim === "server" ? [] : ["full"];
    test(`says so when a ${victim} process is killed, and goes on`, { timeout: 240_000, tags }, async () => {
      let killed = false;
      const events: RunEvents = {
        onResults: async () => undefined,
        onProgress: (progress: Progress) => {
          if (killed || progress.stage !== "measuring") return;
          const found = children().find(({ line }) => line.includes(`${victim}.js`));
          assert.ok(found);
          process.kill(found.pid, "SIGKILL");
          killed = true;
        },
      };
      const results = await run(options({ blocks: 2 }), events, new AbortController().signal);
      assert.deepEqual(
        results.trials.map((trial) => trial.state),
        ["failed", "completed"],
      );
      assert.match(results.trials[0]?.reason ?? "", /was ended by SIGKILL/);
      assert.deepEqual(children(), []);
    });
  }
});
