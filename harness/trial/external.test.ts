import assert from "node:assert/strict";
import { afterAll, beforeAll, test } from "vitest";
import { notify } from "../../scenarios/notify.ts";
import { type Bench, openBench } from "../../transports/conformance/bench.ts";
import { builtModule } from "../../transports/engines/built-module.ts";
import { openPlainBroker } from "../../transports/mqtt/plain-broker.test-fixture.ts";
import { sse } from "../../transports/sse/transport.ts";
import { atTarget } from "../run/transports.ts";
import { feedPlan } from "../selftest/trials.ts";
import { runOne, specOf } from "./one-trial.test-fixture.ts";

const SECRET = "0123456789abcdef0123456789abcdef";
const module = new URL("../../docs/examples/external-sse.js", import.meta.url).href;
let bench: Bench;

beforeAll(async () => {
  process.env.NOTIF_LAB_SECRET = SECRET;
  bench = await openBench(sse, { secret: SECRET });
});
afterAll(async () => {
  delete process.env.NOTIF_LAB_SECRET;
  await bench.close();
});

const trialAt = (url: string) => {
  const plan = feedPlan({ seed: 5, ratePerSecond: 40, measureMs: 500, subscribers: 4, warmupMs: 100 });
  return runOne(specOf(plan, { name: "my-service", module: atTarget(module, url) }));
};

test("a service that runs elsewhere is measured at its clients, and of its process nothing is told", async () => {
  const { state, reason, metrics, notes } = await trialAt(bench.server.endpoint.url);
  assert.ok(metrics, `${state}: ${reason}`);
  const { publishes, expected, delivered, lost, deliveryLatencyUs, publishLatencyUs } = metrics;
  assert.ok(publishes > 0);
  assert.deepEqual([expected, delivered, lost], [4 * publishes, 4 * publishes, 0]);
  assert.equal(deliveryLatencyUs?.count, delivered);
  assert.equal(publishLatencyUs?.count, publishes);
  assert.deepEqual(
    Object.keys(metrics).filter((name) => /^(server|memory|slow|dropped|sockets|mostHeld)/.test(name)),
    [],
  );
  assert.ok(metrics.processes.every(({ role }) => role === "load"));
  assert.ok(metrics.timeline.every((one) => one.serverRssBytes === undefined));
  assert.ok(
    notes.some((note) => note.includes("not a process of the lab")),
    notes.join("\n"),
  );
  // More than the bodies alone, once up and four times down, and less than ten times as much.
  const { tcpBytesInPerDelivery = 0, tcpBytesOutPerDelivery = 0 } = metrics;
  assert.ok(tcpBytesOutPerDelivery > 150 && tcpBytesOutPerDelivery < 1_500, `${tcpBytesOutPerDelivery}`);
  assert.ok(tcpBytesInPerDelivery > 30 && tcpBytesInPerDelivery < 500, `${tcpBytesInPerDelivery}`);
});

test("an MQTT broker that runs already carries notifications and receipts, and all is accounted for", {
  tags: ["full"],
}, async () => {
  const { url } = await openPlainBroker();
  const plan = notify.plan({ connections: 6, rate: 40, payload: 200, duration: 1, warmup: 0.1 }, 3);
  const module = atTarget(builtModule("transports/mqtt/broker").href, url);
  const { state, reason, metrics } = await runOne(specOf(plan, { name: "mqtt:broker", module }));
  assert.ok(metrics, `${state}: ${reason}`);
  const { publishes, delivered, lost, receiptLatencyUs, tcpBytesOutPerDelivery = 0 } = metrics;
  assert.ok(publishes > 10);
  assert.deepEqual([delivered, lost, receiptLatencyUs?.count], [publishes, 0, publishes]);
  assert.ok(tcpBytesOutPerDelivery > 200, `${tcpBytesOutPerDelivery}`);
});

test("a service that does not answer is a trial that failed, with the reason", {
  tags: ["full"],
}, async () => {
  const { state, reason } = await trialAt("http://127.0.0.1:9");
  assert.equal(state, "failed");
  assert.match(reason ?? "", /connection 1 of/);
});
