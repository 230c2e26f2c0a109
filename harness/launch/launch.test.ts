import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { describe, test } from "vitest";
import { type Plan, planSchema } from "../../scenarios/plan.ts";
import type { TransportEntry } from "../../transports/port/entry.ts";
import { findTransport } from "../../transports/registry.ts";
import { type Results, resultsSchema } from "../result/result.ts";
import type { ReadyScenario } from "../run/queue.ts";
import { type Progress, type RunEvents, type RunOptions, run } from "../run/run.ts";
import { launchesLeft } from "./run-launches.ts";

const SLICES = 2;

/** Without receipts and direct messages: a warm-up is so many deliveries, and these come by few publishes. */
const feed: Partial<Plan> = {
  groups: [{ name: "user", users: 50, follows: ["topic/all"], marksRead: false }],
  traffic: [
    {
      from: "user",
      to: { topic: "topic/all" },
      arrivals: "constant",
      ratePerSecond: 100,
      payloadCharacters: 64,
    },
  ],
};

/** Two of them have the same users on the same channels, whom nothing but their hub tells apart. */
function scenario(name: string, over: Partial<Plan> = {}): ReadyScenario {
  const plan = (seed: number): Plan =>
    planSchema.parse({
      version: 1,
      scenario: name,
      seed,
      loop: "open",
      groups: [{ name: "user", users: 10, follows: ["own", "topic/all"], marksRead: true }],
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
        measureMs: SLICES * 500,
        drainTimeoutMs: 2_000,
      },
      ...over,
    });
  return { name, summary: "ten users", params: { connections: 10 }, plan };
}

const entry = (name: string): TransportEntry => {
  const transport = findTransport(name);
  assert.ok(transport);
  return transport;
};

const options = (over: Partial<RunOptions> = {}): RunOptions => ({
  transports: [entry("tcp"), entry("websocket")],
  scenarios: [scenario("one"), scenario("two")],
  blocks: 1,
  interleave: true,
  seed: 5,
  // What comes before launches is looked at in other tests.
  cache: { read: async () => "passed", write: async () => undefined },
  conformanceOnly: true,
  loadProcesses: 1,
  preset: "quick",
  loop: "open",
  arrivals: null,
  command: "a test",
  ...over,
});

const silent: RunEvents = { onResults: async () => undefined, onProgress: () => undefined };
const never = new AbortController().signal;

const children = () =>
  execFileSync("ps", ["-o", "pid=,args=", "--ppid", String(process.pid)], { encoding: "utf8" })
    .split("\n")
    .filter((line) => line.includes("harness/processes/"))
    .map((line) => ({ pid: Number.parseInt(line, 10), line }));

describe("a launch", () => {
  for (const { names, loadProcesses, tags } of [
    { names: ["one"], loadProcesses: 1, tags: [] },
    { names: ["one", "two"], loadProcesses: 2, tags: ["full"] },
  ])
    test(`accounts for every delivery over its slices, and sends the same on every transport, ${names.length} at once`, {
      timeout: 300_000,
      tags,
    }, async () => {
      const scenarios = names.map((name) => scenario(name));
      const results = await run(options({ scenarios, loadProcesses }), silent, never);
      assert.deepEqual(resultsSchema.parse(results), results);
      assert.deepEqual(
        results.trials.map(({ transport, scenario: name }) => `${transport} ${name}`).toSorted(),
        ["tcp", "websocket"].flatMap((transport) => names.map((name) => `${transport} ${name}`)),
      );
      for (const { transport, scenario: name, metrics, slices, reason, notes } of results.trials) {
        const label = `${transport} on ${name} (${reason}, ${notes.join()})`;
        assert.ok(metrics && slices, label);
        const valid = slices.filter((slice) => slice.void === undefined);
        assert.deepEqual([...new Set(slices.map(({ round }) => round))].toSorted(), [0, 1], label);
        // A slice has ten publishes to the topic, which reach ten users each.
        const topical = 10 * (metrics.sliced?.slices ?? 0);
        assert.equal(metrics.expected, 10 * topical + (metrics.publishes - topical), label);
        assert.deepEqual(
          [metrics.delivered, metrics.lost, metrics.duplicated, metrics.reordered],
          [metrics.expected, 0, 0, 0],
          label,
        );
        assert.equal(metrics.receiptsReceived, metrics.expected, label);
        assert.equal(metrics.deliveryLatencyUs?.count, metrics.delivered, label);
        assert.equal(metrics.deliveryLatencyUs?.publishes, metrics.publishes, label);
        if (valid.length === slices.length)
          assert.equal(
            slices.reduce((sum, slice) => sum + slice.deliveries, 0),
            metrics.delivered,
            label,
          );
        const [p50s, costs] = [
          valid.map(({ p50Us = 0 }) => p50Us),
          valid.map((one) => one.cpuUsPerDelivery ?? 0),
        ];
        const geometric = (of: number[]) =>
          Math.exp(of.reduce((sum, value) => sum + Math.log(value), 0) / of.length);
        if (valid.length === metrics.sliced?.slices) {
          assert.ok(Math.abs((metrics.sliced.p50Us ?? 0) / geometric(p50s) - 1) < 1e-9, label);
          assert.ok(Math.abs((metrics.sliced.cpuUsPerDelivery ?? 0) / geometric(costs) - 1) < 1e-9, label);
        }
        assert.equal(metrics.connections, 10, label);
        assert.equal(metrics.timeline.length, metrics.sliced?.slices, label);
        assert.ok((metrics.warmup.publishes ?? 0) > 0, label);
      }
      // A process is cold for the first of its scenarios only.
      const cold = results.trials.filter(
        ({ metrics }) => metrics?.warmup.firstCpuUsPerDelivery !== undefined,
      );
      assert.deepEqual(cold.map(({ transport }) => transport).toSorted(), ["tcp", "websocket"]);
      const whole = results.trials.filter(({ metrics }) => metrics?.sliced?.slices === SLICES);
      for (const name of names) {
        const sums = whole
          .filter((trial) => trial.scenario === name)
          .map(({ metrics }) => metrics?.sendsChecksum);
        assert.ok(new Set(sums).size <= 1, sums.join());
      }
      const positions = results.trials.flatMap(({ slices = [] }) => slices.map(({ position }) => position));
      assert.deepEqual(
        positions.toSorted((a, b) => a - b),
        positions.map((_, index) => index),
      );
      assert.deepEqual(children(), []);
    });

  test("goes on without a transport whose server dies, and says why", {
    timeout: 300_000,
    tags: ["full"],
  }, async () => {
    const known = new Map<string, number[]>();
    let victim: string | undefined;
    const events: RunEvents = {
      onResults: async () => undefined,
      onProgress: ({ stage, transport, block }: Progress) => {
        if (stage !== "measuring" || block > 0 || victim !== undefined) return;
        victim = transport;
        // The namespaces' owner whose own clients these are: the server that was started for the transport that measures.
        const servers = children().filter(({ line }) => line.includes("server.js"));
        known.set(
          transport,
          servers.map(({ pid }) => pid),
        );
        process.kill(servers[0]?.pid ?? 0, "SIGKILL");
      },
    };
    const results = await run(options({ blocks: 2, scenarios: [scenario("one", feed)] }), events, never);
    const failed = results.trials.filter(({ state }) => state === "failed");
    assert.deepEqual([failed.length, victim !== undefined], [1, true]);
    assert.ok(failed.every(({ block, reason }) => block === 0 && /was ended by SIGKILL/.test(reason ?? "")));
    assert.deepEqual(
      results.trials
        .filter(({ state }) => state === "completed")
        .map(({ block }) => block)
        .toSorted(),
      [0, 1, 1],
    );
    assert.deepEqual(children(), []);
  });

  test("that is interrupted leaves nothing of itself, and all launches before it", {
    timeout: 300_000,
    tags: ["full"],
  }, async () => {
    const controller = new AbortController();
    const events: RunEvents = {
      onResults: async () => undefined,
      onProgress: ({ stage, block }) => {
        if (stage === "measuring" && block === 1) controller.abort(new Error("interrupted"));
      },
    };
    const scenarios = [scenario("one", feed)];
    const transports = [entry("tcp")];
    const first = await run(options({ blocks: 2, transports, scenarios }), events, controller.signal);
    assert.deepEqual(children(), []);
    assert.deepEqual([first.trials.length, first.finishedAt], [1, undefined]);
    assert.ok(first.trials.every(({ block }) => block === 0));
    const resumed = resultsSchema.parse(first);
    const whole = await run(options({ blocks: 2, transports, scenarios, resumed }), silent, never);
    assert.deepEqual(whole.trials.slice(0, 1), first.trials);
    assert.deepEqual(
      whole.trials.slice(1).map(({ block }) => block),
      [1],
    );
    assert.ok(whole.finishedAt);
  });

  test("has no more launches than fit into its time, but for the least", {
    timeout: 300_000,
    tags: ["full"],
  }, async () => {
    const fitting = { least: 1, seconds: 0 };
    const of = new Set<number>();
    const events: RunEvents = {
      onResults: async () => undefined,
      onProgress: ({ launch }) => launch && of.add(launch.of),
    };
    const given = options({
      blocks: 3,
      fitting,
      transports: [entry("tcp")],
      scenarios: [scenario("one", feed)],
    });
    const results = resultsSchema.parse(await run(given, events, never));
    assert.deepEqual([results.blocks, results.trials.length], [1, 1]);
    assert.deepEqual(results.launches?.fitting, { ...fitting, most: 3 });
    assert.deepEqual([...of], [3], "the most, until a launch has shown its time");
    assert.ok(results.finishedAt);
  });

  test("leaves to trials in one piece what it can't slice", {
    timeout: 300_000,
    tags: ["full"],
  }, async () => {
    const mute = scenario("mute", { traffic: [] });
    const transports = [entry("tcp"), entry("loopback")];
    const results = await run(
      options({ transports, scenarios: [mute, scenario("one", feed)] }),
      silent,
      never,
    );
    const states = results.trials.map(
      ({ transport, scenario: name, state, slices }) =>
        `${transport} ${name} ${state} ${slices ? "sliced" : ""}`,
    );
    assert.deepEqual(states.toSorted(), [
      "loopback mute skipped ",
      "loopback one skipped ",
      "tcp mute completed ",
      "tcp one completed sliced",
    ]);
    assert.deepEqual(results.launches?.scenarios, [{ name: "one", slices: SLICES, sliceSeconds: 0.5 }]);
  });
});

test("a launch is run again as a whole when one of its trials is missing, or nothing came of it", () => {
  const transports = [entry("tcp"), entry("websocket")];
  const scenarios = [scenario("one")];
  const trial = (transport: string, block: number, state: Results["trials"][number]["state"]) => ({
    ...{ transport, scenario: "one", block, attempt: 1, state, reason: "a test", notes: [] },
    ...{ planHash: "", params: {}, seed: 1, startedAt: "2026-01-01T00:00:00.000Z", seconds: 1 },
  });
  const left = launchesLeft({ transports, blocks: 4 }, scenarios, [
    trial("tcp", 0, "completed"),
    trial("websocket", 0, "failed"),
    trial("tcp", 1, "completed"),
    trial("tcp", 2, "failed"),
    trial("websocket", 2, "failed"),
  ]);
  assert.deepEqual(left, [1, 2, 3]);
  assert.deepEqual(launchesLeft({ transports, blocks: 4 }, [], []), []);
});
