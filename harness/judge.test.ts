import assert from "node:assert/strict";
import { test } from "vitest";
import { judge } from "./judge.ts";
import type { Latency, Metrics } from "./result.ts";

const latency = (p50: number, p99: number, negative = 0): Latency => ({
  count: 100,
  publishes: 100,
  negative,
  min: 1,
  mean: p50,
  p50,
  p90: p99,
  p99,
  p999: p99,
  max: p99,
  histogram: "",
});

function metrics(overrides: Partial<Metrics>, loadUtilization = 0.2): Metrics {
  const one = { cpuUserUs: 1, cpuSystemUs: 1, rssBytes: 1 };
  return {
    deliveryLatencyUs: latency(1_000, 3_000),
    sendLagUs: latency(20, 90),
    publishes: 100,
    publishFailures: {},
    expected: 1_000,
    delivered: 1_000,
    lost: 0,
    duplicated: 0,
    reordered: 0,
    receiptsExpected: 0,
    receiptsReceived: 0,
    offeredPerSecond: 10,
    publishesPerSecond: 10,
    deliveriesPerSecond: 100,
    measuredSeconds: 10,
    serverRssBytes: 1,
    serverHeapUsedBytes: 1,
    serverExternalBytes: 1,
    serverLoopUtilization: 0.3,
    connections: 10,
    sockets: 10,
    connectSeconds: 1,
    slowDisconnects: 0,
    dropped: 0,
    reconnects: 0,
    processes: [
      { ...one, role: "server", loopUtilization: 0.3 },
      { ...one, role: "load", loopUtilization: loadUtilization },
    ],
    ...overrides,
  };
}

test("a trial as it should be is completed, without notes", () => {
  assert.deepEqual(judge(metrics({})), { state: "completed", notes: [] });
});

test("what the generator does to its own figures is noted, and voids the trial when it is too much", () => {
  assert.match(
    judge(metrics({ sendLagUs: latency(50, 900) })).notes.join(),
    /sent late: p99 of its lag is 900 us/,
  );
  assert.match(judge(metrics({}, 0.8)).notes.join(), /busy 80 %/);
  assert.equal(judge(metrics({}, 0.97)).state, "invalid");
  assert.equal(judge(metrics({ deliveryLatencyUs: latency(1_000, 3_000, 2) })).state, "invalid");
});

test("a server that can't carry the load is saturated, and that is told from a saturated generator", () => {
  const overrun = { lost: 400, delivered: 600, serverLoopUtilization: 0.99 };
  const judged = judge(metrics(overrun));
  assert.equal(judged.state, "saturated");
  assert.match(judged.reason ?? "", /carried 60 % of the load/);
  assert.equal(judge(metrics({ lost: 1, delivered: 999, slowDisconnects: 1 })).state, "saturated");
  assert.equal(judge(metrics(overrun, 0.99)).state, "invalid");
});

test("losses of a server with time to spare are a finding, not saturation", () => {
  const judged = judge(metrics({ lost: 3, delivered: 997 }));
  assert.equal(judged.state, "completed");
  assert.match(judged.notes.join(), /3 of 1000 deliveries were lost/);
});
