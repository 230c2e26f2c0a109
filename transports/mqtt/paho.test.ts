import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "vitest";
import { type Bench, openBench, until, within } from "../conformance/bench.ts";
import { packet, publishPacket, publishWithId, subscribePacket, unsubscribePacket } from "./packets.ts";
import { enterRaw } from "./raw-bench.test-fixture.ts";
import type { RawClient } from "./raw-client.ts";
import { mqttQos2 } from "./transport.ts";

/*
 * Paho's interoperability suite (github.com/eclipse/paho.mqtt.testing, interoperability/client_test.py) on the lab's topics. Of its eleven
 * cases these seven apply and pass: testBasic, will_message_test, test_zero_length_clientid, test_keepalive, test_subscribe_failure,
 * test_dollar_topics (but for its wildcard, which is refused), test_unsubscribe. Four do not apply: test_retained_messages (nothing is retained),
 * test_offline_message_queueing and test_redelivery_on_reconnect (sessions are clean and end with their connection),
 * test_overlapping_subscriptions (there are no wildcards to overlap). docs/transports/mqtt.md says the same to its readers.
 */

const CONNACK = 0x20;
const SUBACK = 0x90;
const UNSUBACK = 0xb0;
const DISCONNECT = packet(0xe0);
const KEEPALIVE_S = 1;

let bench: Bench;
const open: RawClient[] = [];

beforeEach(async () => {
  bench = await openBench(mqttQos2);
});
afterEach(async () => {
  for (const { socket } of open.splice(0)) socket.destroy();
  await bench.close();
});

const of = ({ received }: RawClient, first: number) => received.filter((one) => one.first === first);

/** Publishes of any quality of service, by their body; each is acknowledged as it asks for. */
function bodies({ received }: RawClient): string[] {
  return received
    .filter(({ first }) => first >> 4 === 3)
    .map(({ first, body }) => {
      const payload = body.subarray(2 + body.readUInt16BE(0) + ((first & 0x06) === 0 ? 0 : 2));
      return JSON.parse(payload.toString()).body;
    });
}

async function enter(user: string, connect: Parameters<typeof enterRaw>[1] = {}): Promise<RawClient> {
  const client = enterRaw(bench.server.endpoint, { clientId: user, token: bench.token(user), ...connect });
  open.push(client);
  await until("CONNACK", () => client.received.length === 1);
  assert.deepEqual([...(of(client, CONNACK)[0]?.body ?? [])], [0, 0], "let in, with no session present");
  return client;
}

async function subscribe(client: RawClient, ...topics: readonly string[]): Promise<Buffer | undefined> {
  const before = of(client, SUBACK).length;
  client.send(subscribePacket(1, 2, ...topics));
  await until("SUBACK", () => of(client, SUBACK).length > before);
  return of(client, SUBACK).at(-1)?.body.subarray(2);
}

const leave = async (client: RawClient) => {
  client.send(DISCONNECT);
  await within("the end", client.closed);
};

describe("Paho's interoperability cases", () => {
  test("testBasic: a publish of each quality of service comes back once; CONNECT twice, and of another protocol, is refused", async () => {
    await leave(await enter("a"));
    const client = await enter("a");
    await subscribe(client, "topic/A");
    client.send(publishPacket("topic/A", "qos 0"));
    client.send(publishWithId(0x32, 1, "topic/A", "qos 1"));
    client.send(publishWithId(0x34, 2, "topic/A", "qos 2"));
    await until("all have come back", () => bodies(client).length >= 3);
    await subscribe(client, "topic/marker");
    assert.deepEqual(bodies(client), ["qos 0", "qos 1", "qos 2"]);
    await leave(client);

    const twice = await enter("a");
    twice.send(packet(0x10, "MQTT", [4, 2, 0, 0], "a"));
    await within("the second CONNECT ends the connection", twice.closed);
    const other = enterRaw(bench.server.endpoint, { clientId: "a", token: bench.token("a"), protocol: "hj" });
    open.push(other);
    await within("another protocol's name ends the connection", other.closed);
    assert.deepEqual(other.received, []);
  });

  test("will_message_test: a will is published when its client goes without DISCONNECT", async () => {
    const a = await enter("a", {
      flags: 0xc6,
      keepalive: 2,
      rest: ["topic/C", "client not disconnected", "", bench.token("a")],
    });
    // As the case does, without the clean-session flag.
    const b = await enter("b", { flags: 0xc0 });
    await subscribe(b, "topic/C");
    a.socket.destroy();
    await until("the will", () => bodies(b).length > 0);
    assert.deepEqual(bodies(b), ["client not disconnected"]);
  });

  test("test_zero_length_clientid: wants a clean session", async () => {
    const refused = enterRaw(bench.server.endpoint, { clientId: "", token: bench.token("a"), flags: 0xc0 });
    open.push(refused);
    await within("the end", refused.closed);
    assert.deepEqual(
      refused.received.map(({ body }) => [...body]),
      [[0, 2]],
    );
    await leave(await enter("a", { clientId: "" }));
  });

  test("test_keepalive: who is silent for 1.5 times its keepalive is ended, and its will published; keepalive 0 is never", async () => {
    const a = await enter("a", {
      flags: 0xc6,
      keepalive: KEEPALIVE_S,
      rest: ["topic/E", "keepalive expiry", "", bench.token("a")],
    });
    const b = await enter("b", { keepalive: 0 });
    await subscribe(b, "topic/E");
    const began = performance.now();
    await within("the silent one is ended", a.closed);
    const lasted = performance.now() - began;
    assert.ok(lasted > 900, `${lasted} ms`);
    await until("the will", () => bodies(b).length > 0);
    assert.deepEqual(bodies(b), ["keepalive expiry"]);
    assert.ok(!b.socket.destroyed);
  });

  test("test_subscribe_failure: SUBACK says 0x80", async () => {
    const client = await enter("a");
    assert.deepEqual([...((await subscribe(client, "test/nosubscribe")) ?? [])], [0x80]);
    assert.ok(!client.socket.destroyed);
  });

  test("test_dollar_topics: what is published to $ topics comes to nobody", async () => {
    const client = await enter("b", { keepalive: 0 });
    assert.deepEqual([...((await subscribe(client, "/+", "#", "topic/A")) ?? [])], [0x80, 0x80, 2]);
    client.send(publishWithId(0x32, 1, "$topic/A", ""), publishWithId(0x32, 2, "$SYS/broker/uptime", ""));
    await until("both are acknowledged", () => of(client, 0x40).length === 2);
    await subscribe(client, "topic/marker");
    assert.deepEqual(bodies(client), []);
  });

  test("test_unsubscribe: nothing comes from a topic that was left", async () => {
    const b = await enter("b");
    for (const topic of ["topic/A", "topic/B", "topic/C"]) await subscribe(b, topic);
    b.send(unsubscribePacket(9, "topic/A"));
    await until("UNSUBACK", () => of(b, UNSUBACK).length === 1);
    const a = await enter("a");
    for (const [index, topic] of ["topic/A", "topic/B", "topic/C"].entries())
      a.send(publishWithId(0x32, index + 1, topic, topic));
    await until("two have come", () => bodies(b).length >= 2);
    await subscribe(b, "topic/marker");
    assert.deepEqual(bodies(b), ["topic/B", "topic/C"]);
  });
});
