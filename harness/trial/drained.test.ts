import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { feedPlan } from "../selftest/trials.ts";
import { runOne, specOf } from "./one-trial.test-fixture.ts";

const SUBSCRIBERS = 32;
const PROBES = 5;

const plan = feedPlan({
  seed: 5,
  ratePerSecond: 50,
  measureMs: 600,
  subscribers: SUBSCRIBERS,
  warmupMs: 100,
});

async function metricsOf(name: string) {
  const { metrics, reason } = await runOne(specOf(plan, { name }));
  assert.ok(metrics, reason);
  return metrics;
}

/** One that must be answered to go on, and one over HTTP/2, beside a plain one; the others are in the full set. */
describe("a crowd", () => {
  const check = async (name: string) => {
    const {
      drained,
      expected,
      delivered,
      lost,
      duplicated,
      deliveryLatencyUs,
      split,
      publishes,
      processes,
      timeline,
    } = await metricsOf(name);
    assert.equal(expected, publishes * SUBSCRIBERS);
    assert.deepEqual([delivered, lost, duplicated], [expected, 0, 0]);
    assert.deepEqual(drained, {
      probes: PROBES,
      sinks: SUBSCRIBERS - PROBES,
      deliveries: publishes * (SUBSCRIBERS - PROBES),
      unlike: 0,
    });
    assert.equal(deliveryLatencyUs?.count, publishes * PROBES);
    assert.equal(
      timeline.reduce((sum, { deliveries }) => sum + deliveries, 0),
      delivered,
    );
    assert.deepEqual(
      processes.map(({ part }) => part),
      [undefined, "clients", "probes", "sinks"],
    );
    assert.ok(
      split && split.deliveries > 0 && (split.deliveries + split.unmatched) % PROBES === 0,
      JSON.stringify(split),
    );
    assert.ok(Math.min(split.publishUs, split.serverUs, split.waitUs, split.clientUs) >= 0);
  };

  test("over websocket is drained to the last message, and its probes are traced", { timeout: 60_000 }, () =>
    check("websocket"),
  );
  test.each([
    "tcp",
    "long-polling",
    "grpc",
    "socketio",
    "sse",
    "mqtt",
    "websocket:tls",
    "long-polling:single",
    "websocket:msgpack",
  ])("over %s too", { timeout: 60_000, tags: ["full"] }, check);
});

test("subscribers whose bodies can't be seen all have clients", {
  timeout: 60_000,
  tags: ["full"],
}, async () => {
  const { drained, delivered, expected, deliveryLatencyUs } = await metricsOf("websocket:deflate");
  assert.equal(drained, undefined);
  assert.equal(delivered, expected);
  assert.equal(deliveryLatencyUs?.count, expected);
});
