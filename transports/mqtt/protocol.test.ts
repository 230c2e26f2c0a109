import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { msgpack } from "../codec/msgpack.ts";
import { createInbox, until, within } from "../conformance/bench.ts";
import { overTls } from "../port/tls.ts";
import { packet, publishPacket, publishWithId, subscribePacket, unsubscribePacket } from "./packets.ts";
import {
  ofType,
  openRawBench,
  PUBACK,
  REPLIES,
  repliesTo,
  returnCode,
  SUBACK,
} from "./raw-bench.test-fixture.ts";
import { mqtt, mqttMsgpack, mqttQos2 } from "./transport.ts";

const raw = openRawBench();

describe("packets that end a connection", () => {
  test("with a word on the reply topic, when one is there", async () => {
    const endings = {
      "identifier 0": publishWithId(0x32, 0, "topic/a", "x"),
      "ill-formed topic": packet(0x30, [0, 1, 0xff], Buffer.from("x")),
      "257 filters": subscribePacket(2, 0, ...Array.from({ length: 257 }, () => "topic/a")),
      "UNSUBSCRIBE without filters": unsubscribePacket(2),
    };
    for (const [name, bytes] of Object.entries(endings)) {
      const client = await raw.enter("ann");
      client.send(bytes);
      await within(name, client.closed);
      assert.deepEqual(repliesTo(client), [["error", null, "malformed"]], name);
      assert.deepEqual([ofType(client, PUBACK), ofType(client, SUBACK).length], [[], 1], name);
      assert.equal(raw.bench.hub.counters.sessions, 0, name);
    }
    assert.equal(raw.bench.hub.counters.published, 0);
  });

  test("when they do not end in time, whatever comes of them meanwhile", async () => {
    const options = { serve: { handshakeTimeoutMs: 300 } };
    for (const transport of [mqtt, overTls(mqttQos2)]) {
      await raw.reopen(transport, options);
      const client = await raw.enter("ann");
      const long = publishPacket("topic/a", "x".repeat(1_000));
      let sent = 0;
      const drip = setInterval(() => {
        if (sent < 900 && client.socket.writable) client.socket.write(long.subarray(sent, ++sent));
      }, 10);
      await within("the end", client.closed).finally(() => clearInterval(drip));
      assert.ok(sent < 900, "it was ended while more came");
      assert.deepEqual(repliesTo(client), [["error", null, "malformed"]]);
    }
  });

  test("are not those that come in pieces and in time", async () => {
    await raw.reopen(mqtt, { serve: { handshakeTimeoutMs: 400 } });
    const client = await raw.enter("ann");
    const one = publishWithId(0x32, 1, "topic/a", "x".repeat(100));
    // For longer than a packet may take, at no time without a packet that is under way.
    const stream = Buffer.concat(Array.from({ length: 10 }, () => one));
    for (let at = 0; at < stream.length; at += 20) {
      client.send(stream.subarray(at, at + 20));
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await until("all are acknowledged", () => ofType(client, PUBACK).length === 10);
  });
});

describe("what is asked", () => {
  test("is answered malformed where its mark is no mark: deep JSON, deep MessagePack", async () => {
    const deep = `${"[".repeat(6_490)}${"]".repeat(6_490)}`;
    const json = await raw.enter("ann");
    for (const request of [`{"op":"read","ref":${deep}}`, `{"op":"read","id":${deep},"ref":1}`, deep])
      json.send(publishPacket("request", request));
    await until("all are answered", () => repliesTo(json).length === 3);
    assert.deepEqual(repliesTo(json), [
      ["error", null, "malformed"],
      ["error", 1, "unknown_notification"],
      ["error", null, "malformed"],
    ]);
    await raw.reopen(mqttMsgpack);
    const packed = await raw.enter("ann");
    packed.send(publishPacket("request", Buffer.from(`82a26f70a178a3726566${"91".repeat(120)}c0`, "hex")));
    packed.send(publishPacket("request", Buffer.from(`82a26f70a178a3726566${"91".repeat(12_000)}c0`, "hex")));
    await until(
      "both are answered",
      () => packed.received.filter(({ first }) => first === 0x30).length === 2,
    );
    for (const { body } of packed.received.filter(({ first }) => first === 0x30)) {
      const answer = msgpack.parse(body.subarray(2 + REPLIES.length));
      assert.deepEqual([answer.op, answer.ref, answer.code], ["error", null, "malformed"]);
    }
  });

  test("of a topic that is too long is told with its beginning", async () => {
    const client = await raw.enter("ann");
    const long = "\u0001".repeat(20_000);
    client.send(publishPacket(long, "x"), subscribePacket(2, 0, `topic/${"\u{1f600}".repeat(200)}`));
    await until("both are answered", () => repliesTo(client).length === 2);
    for (const [, ref, code] of repliesTo(client)) {
      assert.deepEqual([String(ref).length, code], [134, "invalid_channel"]);
    }
  });

  test("of many filters at once is granted or refused one by one", async () => {
    await raw.reopen(mqtt, { maxSubscriptions: 3 });
    const client = await raw.enter("ann");
    const filters = [
      "topic/a",
      "topic/+",
      "#",
      "$SYS/#",
      "user/bob",
      "reply/x",
      "topic/b",
      "topic/c",
      "topic/d",
      "topic/a",
    ];
    client.send(subscribePacket(2, 0, ...filters));
    await until("SUBACK", () => ofType(client, SUBACK).length === 2);
    // aedes takes a filter that is named twice once, so there is one answer less (3.8.4-5 wants one for each).
    assert.deepEqual(
      [...(ofType(client, SUBACK)[1]?.body ?? [])],
      [0, 2, 0, 128, 128, 128, 128, 128, 0, 0, 128],
    );
  });
});

describe("an internal error", () => {
  test("in what a packet led to ends its connection alone, and is counted", async () => {
    const boom = () => {
      throw new TypeError("boom");
    };
    const internalErrors: unknown[] = [];
    await raw.reopen(mqtt, { onInternalError: (error) => internalErrors.push(error) });
    const { hub } = raw.bench;
    const inbox = createInbox();
    const bystander = await raw.bench.connect("bob");
    await bystander.subscribe("topic/a", inbox.onEvent);
    const publish = hub.publish.bind(hub);
    const cases = {
      subscribe: subscribePacket(2, 0, "topic/b"),
      unsubscribe: unsubscribePacket(2, "topic/a"),
      publish: publishPacket("topic/b", "x"),
      markRead: publishPacket("request", '{"op":"read","ref":1,"id":"x"}'),
    };
    for (const [method, bytes] of Object.entries(cases)) {
      const client = await raw.enter("ann", ["topic/a"]);
      Object.assign(hub, { [method]: boom });
      client.send(bytes);
      await within(method, client.closed);
      Reflect.deleteProperty(hub, method);
      await until("its session has ended", () => hub.counters.sessions === 1);
    }
    assert.deepEqual(
      internalErrors.map(String),
      Object.keys(cases).map(() => "TypeError: boom"),
    );
    assert.equal(hub.counters.internal, 4);
    publish.call(
      hub,
      hub
        .attach(
          () => undefined,
          () => undefined,
        )
        .connect(hub.authenticate(raw.bench.token("eve")), 1),
      "topic/a",
      "still here",
    );
    await inbox.waitFor(1);
  });

  test("in letting someone in is answered with CONNACK 3", async () => {
    await raw.reopen(mqtt, {
      authenticate: () => {
        throw new TypeError("boom");
      },
    });
    const client = raw.connect({ clientId: "a", token: "x" });
    assert.equal(await returnCode(client), 3);
    await within("the end", client.closed);
    assert.equal(raw.bench.hub.counters.internal, 1);
  });
});
