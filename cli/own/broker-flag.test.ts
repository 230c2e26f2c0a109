import assert from "node:assert/strict";
import { test } from "vitest";
import { planBench } from "../flags/bench-plan.ts";
import { readOwn } from "./own.ts";

const planned = async (flags: Parameters<typeof planBench>[0]) => planBench(flags, await readOwn(flags));

test("a broker is measured alone, or beside the transports that are named", async () => {
  const flags = { broker: "mqtts://broker.example:8883", scenarios: "fan-out" };
  const alone = await planned(flags);
  assert.deepEqual(
    alone.transports.map(({ name, external }) => [name, external]),
    [["mqtt:broker", true]],
  );
  const beside = await planned({ ...flags, transports: "mqtt" });
  assert.deepEqual(
    beside.transports.map(({ name }) => name),
    ["mqtt", "mqtt:broker"],
  );
});

test.each([
  ["mqtts://broker.example:8883", "no"],
  ["wss://broker.example/mqtt", "yes"],
])("what MQTT can do is known of any broker: %s", async (broker, browser) => {
  const [transport] = (await planned({ broker, scenarios: "fan-out" })).transports;
  const traits = Object.entries(transport?.facts?.traits ?? {}).map(
    ([trait, { meets }]) => `${trait} ${meets}`,
  );
  assert.deepEqual(traits.toSorted(), [
    "bidirectional yes",
    "binary yes",
    `browser ${browser}`,
    "offline yes",
    "proxies no",
    "resumption no",
  ]);
});

test.each([
  ["127.0.0.1:1883", /--broker takes the address of an MQTT broker, such as mqtt:\/\/127\.0\.0\.1:1883/],
  ["http://127.0.0.1:1883", /--broker takes the address/],
  ["mqtt://", /--broker takes the address/],
  ["mqtt://ann:secret@127.0.0.1", /no login in the address; set NOTIF_LAB_BROKER_USERNAME/],
])("--broker %s is refused in one line", async (broker, message) => {
  await assert.rejects(readOwn({ broker }), message);
});

test("what can't be done to a broker that runs already is refused", async () => {
  const broker = "mqtt://127.0.0.1:1883";
  const both = { broker, target: "http://127.0.0.1:1", transportModule: ["docs/examples/external-sse.js"] };
  await assert.rejects(readOwn(both), /choose one of --broker and --target/);
  await assert.rejects(planned({ broker, scenarios: "server-restart" }), /leave out --target and --broker/);
  await assert.rejects(planned({ broker, agents: "local:2" }), /--broker/);
});
