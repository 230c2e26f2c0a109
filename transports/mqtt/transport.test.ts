import assert from "node:assert/strict";
import { connect as openSocket } from "node:net";
import { setImmediate as nextTurn } from "node:timers/promises";
import { decode, encode } from "@msgpack/msgpack";
import { connectAsync, type IClientOptions, type MqttClient } from "mqtt";
import { afterEach, beforeEach, describe, test } from "vitest";
import { type Bench, type BenchOptions, openBench, until, within } from "../conformance/bench.ts";
import { describeConformance } from "../conformance/describe.ts";
import { isObject } from "../session/envelope.ts";
import { connectPacket, publishPacket, subscribePacket } from "./packets.ts";
import { mqtt, mqttMsgpack, mqttQos1, mqttQos2, mqttWs } from "./transport.ts";

describeConformance(mqtt);
describeConformance(mqttQos1);
describeConformance(mqttQos2);
describeConformance(mqttMsgpack);
describeConformance(mqttWs);

/** An ordinary mqtt.js client, which knows nothing of the lab. */
interface Outsider {
  readonly client: MqttClient;
  readonly messages: { readonly topic: string; readonly text: string; readonly retain: boolean }[];
}

describe("mqtt, seen by an ordinary client", () => {
  let bench: Bench;
  const outsiders: MqttClient[] = [];

  const reopen = async (options: BenchOptions, transport = mqtt) => {
    await bench.close();
    bench = await openBench(transport, options);
  };
  const outsider = async (user: string, options: IClientOptions = {}): Promise<Outsider> => {
    const client = await connectAsync(bench.server.endpoint.url, {
      username: user,
      password: bench.token(user),
      reconnectPeriod: 0,
      ...options,
    });
    outsiders.push(client);
    const messages: Outsider["messages"] = [];
    client.on("message", (topic, payload, { retain }) =>
      messages.push({ topic, text: payload.toString(), retain }),
    );
    return { client, messages };
  };
  /** Settles when all that the server sent this client before now has come. */
  const settled = async ({ client }: Outsider) => {
    await client.subscribeAsync("topic/marker");
  };
  const refused = (returnCode: number) => (error: unknown) =>
    error instanceof Error && "code" in error && error.code === returnCode;

  beforeEach(async () => {
    bench = await openBench(mqtt);
  });
  afterEach(async () => {
    await Promise.all(outsiders.splice(0).map((client) => client.endAsync(true)));
    await bench.close();
  });

  test("subscribes to a topic and publishes a plain text on it", async () => {
    const bob = await outsider("bob");
    const ann = await outsider("ann");
    assert.equal((await bob.client.subscribeAsync("topic/news"))[0]?.qos, 0);
    await ann.client.publishAsync("topic/news", "hello", { qos: 1 });
    await until("it is delivered", () => bob.messages.length === 1);
    const { body, from, seq } = JSON.parse(bob.messages[0]?.text ?? "");
    assert.deepEqual([body, from, seq], ["hello", "ann", 1]);
  });

  test("gets malformed for an array longer than any request has, in MessagePack", async () => {
    await reopen({}, mqttMsgpack);
    const ann = await outsider("ann", { clientId: "ann-1" });
    const answers: unknown[] = [];
    ann.client.on("message", (_, payload) => answers.push(decode(payload)));
    await ann.client.subscribeAsync("reply/ann-1");
    for (const length of [16, 17]) {
      const request = {
        op: "publish",
        ref: 1,
        channel: "topic/news",
        body: "x",
        extra: Array(length).fill(0),
      };
      ann.client.publish("request", Buffer.from(encode(request)));
    }
    await until("both are answered", () => answers.length === 2);
    const codes = answers.map((answer) => isObject(answer) && [answer.op, answer.code]);
    assert.deepEqual(codes, [
      ["ok", undefined],
      ["error", "malformed"],
    ]);
  });

  test("may publish at QoS 2, which is delivered once", async () => {
    const bob = await outsider("bob");
    await bob.client.subscribeAsync("topic/news", { qos: 2 });
    const ann = await outsider("ann");
    for (const body of ["1", "2", "3"]) await ann.client.publishAsync("topic/news", body, { qos: 2 });
    await until("all are delivered", () => bob.messages.length >= 3);
    await settled(bob);
    assert.deepEqual(
      bob.messages.map(({ text }) => JSON.parse(text).body),
      ["1", "2", "3"],
    );
  });

  test("is refused what it may not follow with 128, told why, and stays connected", async () => {
    const ann = await outsider("ann", { clientId: "ann-1" });
    await ann.client.subscribeAsync("reply/ann-1");
    const filters = {
      "topic/#": "invalid_channel",
      "topic/+": "invalid_channel",
      "#": "invalid_channel",
      "+/ann-1": "invalid_channel",
      "$SYS/#": "invalid_channel",
      request: "invalid_channel",
      "user/bob": "forbidden",
      "reply/bob-1": "forbidden",
      "reply/+": "forbidden",
    };
    for (const [filter, code] of Object.entries(filters)) {
      await assert.rejects(ann.client.subscribeAsync(filter), refused128, filter);
      const reply = JSON.parse(ann.messages.at(-1)?.text ?? "");
      assert.deepEqual([reply.op, reply.ref, reply.code], ["error", filter, code]);
    }
    assert.equal((await ann.client.subscribeAsync("user/ann"))[0]?.qos, 0);
    assert.ok(ann.client.connected);
  });

  test("can publish nothing but through the hub", async () => {
    const bob = await outsider("bob", { clientId: "bob-1" });
    await bob.client.subscribeAsync(["reply/bob-1", "user/bob"]);
    const before = bob.messages.length;
    const ann = await outsider("ann", { clientId: "ann-1" });
    await ann.client.subscribeAsync("reply/ann-1");
    const forged = JSON.stringify({
      kind: "notification",
      id: "h-9",
      channel: "user/bob",
      seq: 9,
      from: "eve",
    });
    for (const topic of ["reply/bob-1", "$SYS/x/new/clients", "news"]) {
      await ann.client.publishAsync(topic, forged, { qos: 1 });
    }
    await ann.client.publishAsync("user/bob", forged, { qos: 1 });
    await ann.client.publishAsync("user/bob", Buffer.from([0xff, 0xfe]), { qos: 1 });
    await until("bob has what went through the hub", () => bob.messages.length > before);
    await settled(bob);
    const [event, marker, ...more] = bob.messages.slice(before);
    const { body, from } = JSON.parse(event?.text ?? "");
    assert.deepEqual([body, from, marker?.topic, more], [forged, "ann", "reply/bob-1", []]);
    assert.deepEqual(
      ann.messages.map(({ text }) => [JSON.parse(text).ref, JSON.parse(text).code]),
      [
        ["reply/bob-1", "invalid_channel"],
        ["$SYS/x/new/clients", "invalid_channel"],
        ["news", "invalid_channel"],
        ["user/bob", "invalid_body"],
      ],
    );
    assert.ok(ann.client.connected);
  });

  test("must name the token's subject, or nobody", async () => {
    await outsider("ann", { username: "" });
    await assert.rejects(outsider("ann", { username: "bob" }), refused(4));
    assert.equal(bench.hub.counters.sessions, 1);
  });

  test("can't take over another user's connection by its client id, but its own user can", async () => {
    const ann = await outsider("ann", { clientId: "shared" });
    const bob = await outsider("bob", { clientId: "shared" });
    await settled(bob);
    await settled(ann);
    const lost = new Promise((resolve) => ann.client.once("close", () => resolve("lost")));
    const again = await outsider("ann", { clientId: "shared" });
    assert.equal(await within("the old connection gives way", lost), "lost");
    await settled(again);
    await settled(bob);
    assert.equal(bench.hub.counters.sessions, 2);
  });

  test("can't have a client id that is a filter", async () => {
    for (const clientId of ["+", "#", "a/b", "x".repeat(129)]) {
      await assert.rejects(outsider("ann", { clientId }), refused(2), clientId);
    }
  });

  test("leaves nothing retained, and no session behind", async () => {
    const options = { clientId: "ann-1", clean: false };
    const ann = await outsider("ann", options);
    await ann.client.subscribeAsync("topic/news", { qos: 1 });
    await ann.client.endAsync();
    const bob = await outsider("bob");
    await bob.client.publishAsync("topic/news", "kept?", { qos: 1, retain: true });
    const again = await outsider("ann", options);
    await again.client.subscribeAsync("topic/news", { qos: 1 });
    await settled(again);
    assert.deepEqual(again.messages, []);
  });

  test("has its will published through the hub, unless it says DISCONNECT", async () => {
    const bob = await outsider("bob");
    await bob.client.subscribeAsync("topic/news");
    const will = (payload: string) => ({ topic: "topic/news", payload: Buffer.from(payload), retain: true });
    const polite = await outsider("ann", { will: will("politely") });
    await polite.client.endAsync();
    const sudden = await outsider("ann", { will: will("suddenly") });
    await sudden.client.endAsync(true);
    await until("the will is delivered", () => bob.messages.length > 0);
    await until("both sessions have ended", () => bench.hub.counters.sessions === 1);
    assert.deepEqual(
      bob.messages.map(({ text, retain }) => [JSON.parse(text).body, retain]),
      [["suddenly", false]],
    );
  });

  test("is cut off when a packet is larger than any request, and told so", async () => {
    const ann = await outsider("ann", { clientId: "ann-1" });
    await ann.client.subscribeAsync("reply/ann-1");
    const lost = new Promise<void>((resolve) => ann.client.once("close", resolve));
    ann.client.publish("topic/news", "x".repeat(1024 * 1024));
    await within("the connection ends", lost);
    assert.deepEqual(
      ann.messages.map(({ text }) => [JSON.parse(text).ref, JSON.parse(text).code]),
      [[null, "malformed"]],
    );
    await until("the session ends", () => bench.hub.counters.sessions === 0);
  });

  test("is told that its token has expired", async () => {
    await reopen({ heartbeat: { intervalMs: 200, timeoutMs: 200 } });
    const ann = await outsider("ann", { clientId: "ann-1", password: bench.token("ann", 1_000) });
    await ann.client.subscribeAsync("reply/ann-1");
    const lost = new Promise<void>((resolve) => ann.client.once("close", resolve));
    await within("the connection ends", lost);
    assert.deepEqual(
      ann.messages.map(({ text }) => [JSON.parse(text).ref, JSON.parse(text).code]),
      [[null, "unauthenticated"]],
    );
  });

  test("reaches nothing with packets that come before it is let in", async () => {
    const bob = await outsider("bob");
    await bob.client.subscribeAsync("topic/news");
    for (const token of [bench.token("eve", -5_000), bench.token("ann")]) {
      const socket = openSocket(Number(new URL(bench.server.endpoint.url).port), "127.0.0.1");
      socket.on("error", () => socket.destroy());
      socket.resume();
      const closed = new Promise((resolve) => socket.once("close", resolve));
      socket.setNoDelay();
      socket.write(connectPacket({ clientId: "early", token }));
      socket.write(publishPacket("topic/news", "early"));
      socket.write(Buffer.from([0xe0, 0]));
      await within("it ends", closed);
    }
    await settled(bob);
    assert.ok(bob.messages.every(({ text }) => JSON.parse(text).from === "ann"));
  });

  test("is cut off at QoS 1 when it acknowledges nothing, before packet identifiers would repeat", async () => {
    await reopen({}, mqttQos1);
    const socket = openSocket(Number(new URL(bench.server.endpoint.url).port), "127.0.0.1");
    socket.on("error", () => socket.destroy());
    socket.resume();
    try {
      socket.write(connectPacket({ clientId: "ann-1", token: bench.token("ann") }));
      socket.write(subscribePacket(1, 1, "topic/news"));
      await until("it follows the channel", () => bench.hub.counters.sessions === 1);
      const outlet = bench.hub.attach(
        () => undefined,
        () => undefined,
      );
      const publisher = outlet.connect({ user: "eve", expiresAt: Number.POSITIVE_INFINITY }, undefined);
      const { counters } = bench.hub;
      let sent = 0;
      while (counters.slowDisconnects === 0 && sent < 70_000) {
        for (let i = 0; i < 200; i += 1) bench.hub.publish(publisher, "topic/news", "x");
        sent += 200;
        await nextTurn();
      }
      assert.equal(counters.slowDisconnects, 1);
      assert.ok(sent >= 65_000, `cut off after ${sent}`);
    } finally {
      socket.destroy();
    }
  }, 60_000);
});

const refused128 = (error: unknown) =>
  error instanceof Error && "packet" in error && JSON.stringify(error.packet).includes('"granted":[128]');
