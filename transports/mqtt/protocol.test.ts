import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, test } from "vitest";
import { msgpack } from "../codec/msgpack.ts";
import {
  type Bench,
  type BenchOptions,
  createInbox,
  openBench,
  until,
  within,
} from "../conformance/bench.ts";
import { overTls } from "../port/tls.ts";
import {
  connectPacket,
  packet,
  publishPacket,
  publishWithId,
  subscribePacket,
  unsubscribePacket,
} from "./packets.ts";
import { enterRaw, openRaw, type RawClient } from "./raw-client.ts";
import { mqtt, mqttMsgpack, mqttQos1, mqttQos2 } from "./transport.ts";

const CONNACK = 0x20;
const PUBACK = 0x40;
const PUBREC = 0x50;
const PUBCOMP = 0x70;
const SUBACK = 0x90;
const pubrel = (id: number) => packet(0x62, [id >> 8, id & 0xff]);
const REPLIES = "reply/c-1";

let bench: Bench;
const open: RawClient[] = [];

async function reopen(transport = mqtt, options: BenchOptions = {}): Promise<void> {
  await bench.close();
  bench = await openBench(transport, options);
}

beforeEach(async () => {
  bench = await openBench(mqtt);
});
afterEach(async () => {
  for (const { socket } of open.splice(0)) socket.destroy();
  await bench.close();
});

function keep(client: RawClient): RawClient {
  open.push(client);
  return client;
}

const last = (client: RawClient) => client.received.at(-1);
const of = (client: RawClient, first: number) => client.received.filter((one) => one.first === first);

/** The CONNACK's return code; undefined when the connection ended without one. */
async function returnCode(client: RawClient): Promise<number | undefined> {
  await within(
    "an answer or the end",
    Promise.race([client.closed, until("CONNACK", () => client.received.length > 0)]),
  );
  return of(client, CONNACK)[0]?.body[1];
}

/** A client that has been let in and follows its reply topic and the channels given. */
async function enter(user: string, channels: readonly string[] = [], keepalive = 0): Promise<RawClient> {
  const client = keep(
    enterRaw(bench.server.endpoint, { clientId: "c-1", token: bench.token(user), keepalive }),
  );
  client.send(subscribePacket(1, 0, REPLIES, ...channels));
  await until("it is let in", () => of(client, SUBACK).length === 1);
  return client;
}

const repliesTo = (client: RawClient) =>
  client.published(REPLIES).map((text) => {
    const { op, ref, code } = JSON.parse(text);
    return op === "ok" ? [op, ref] : [op, ref, code];
  });

describe("CONNECT", () => {
  const codeFor = async (connect: Parameters<typeof connectPacket>[0]) =>
    returnCode(keep(enterRaw(bench.server.endpoint, { token: bench.token("ann"), ...connect })));

  test("with an empty client id wants a clean session (3.1.3-8), and in MQTT 3.1 has none", async () => {
    assert.equal(await codeFor({ clientId: "", flags: 0xc0 }), 2);
    assert.equal(await codeFor({ clientId: "", flags: 0xc2 }), 0);
    assert.equal(await codeFor({ clientId: "", protocol: "MQIsdp", level: 3 }), 2);
    assert.equal(await codeFor({ clientId: "a", protocol: "MQIsdp", level: 3 }), 0);
  });

  test("is let in with a blank in its client id, and gets its answers", async () => {
    const client = keep(enterRaw(bench.server.endpoint, { clientId: "my phone", token: bench.token("ann") }));
    client.send(subscribePacket(1, 0, "reply/my phone", "topic/a"));
    await until("it is answered", () => client.published("reply/my phone").length === 1);
  });

  test("of another protocol level gets CONNACK 1 and the end (3.1.2-2)", async () => {
    for (const level of [5, 6]) {
      const client = keep(
        enterRaw(bench.server.endpoint, { clientId: "a", token: bench.token("ann"), level }),
      );
      await within("the end", client.closed);
      assert.deepEqual([...(client.received[0]?.body ?? [])], [0, 1]);
    }
  });

  test("that the standard forbids gets the end and no CONNACK (3.1.4-1)", async () => {
    const token = bench.token("ann");
    const forbidden = {
      "Will QoS 3": { flags: 0xde, rest: ["topic/a", "gone", "", token] },
      "password without user name": { flags: 0x42, rest: [token] },
      "another protocol": { protocol: "hj" },
      "surrogate in the client id": { clientId: "", rest: [] },
    };
    for (const [name, connect] of Object.entries(forbidden)) {
      const client = keep(openRaw(bench.server.endpoint));
      client.send(
        name.startsWith("surrogate")
          ? packet(0x10, "MQTT", [4, 0xc2, 0, 0], [0, 3, 0xed, 0xa0, 0x80], "", token)
          : connectPacket({ clientId: "a", token, ...connect }),
      );
      await within(name, client.closed);
      assert.deepEqual(client.received, [], name);
    }
    assert.equal(bench.hub.counters.sessions, 0);
  });

  test("twice on a connection ends it (3.1.0-2)", async () => {
    const client = await enter("ann");
    client.send(connectPacket({ clientId: "c-1", token: bench.token("ann") }));
    await within("the end", client.closed);
    await until("the session has ended", () => bench.hub.counters.sessions === 0);
  });

  test("may be followed by anything before its CONNACK, which is carried out and not only acknowledged", async () => {
    const inbox = createInbox();
    await (await bench.connect("bob")).subscribe("topic/a", inbox.onEvent);
    const count = 30;
    for (let index = 0; index < count; index += 1) {
      const client = keep(
        enterRaw(bench.server.endpoint, { clientId: `c-${index}`, token: bench.token("ann") }),
      );
      await new Promise((resolve) => client.socket.once("connect", resolve));
      // In a segment of its own, at another time after CONNECT in each round.
      for (let turn = 0; turn < index % 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      client.send(publishWithId(0x32, 7, "topic/a", String(index)));
      await until("it is acknowledged", () => last(client)?.first === PUBACK);
    }
    await inbox.waitFor(count);
    assert.equal(inbox.bodies.length, count);
  });

  test("and all else may come in one segment, in any number", async () => {
    const inbox = createInbox();
    await (await bench.connect("bob")).subscribe("topic/a", inbox.onEvent);
    const client = keep(openRaw(bench.server.endpoint));
    const publishes = Array.from({ length: 300 }, (_, index) => publishPacket("topic/a", String(index)));
    client.send(connectPacket({ clientId: "c-1", token: bench.token("ann") }), ...publishes);
    await inbox.waitFor(publishes.length);
    assert.deepEqual(
      inbox.bodies,
      publishes.map((_, index) => String(index)),
    );
  });

  test("beyond a user's sessions gets CONNACK 3, but the same client takes over its own", async () => {
    await reopen(mqtt, { maxSessionsPerUser: 2 });
    const token = bench.token("ann");
    const first = keep(enterRaw(bench.server.endpoint, { clientId: "a", token }));
    assert.equal(await returnCode(first), 0);
    assert.equal(await codeFor({ clientId: "b" }), 0);
    assert.equal(await codeFor({ clientId: "c" }), 3);
    assert.equal(await codeFor({ clientId: "a" }), 0);
    await within("the first connection gives way", first.closed);
    assert.equal(bench.hub.counters.sessions, 2);
  });
});

describe("client ids", () => {
  test("are each user's own: two may use the same, and get their own answers", async () => {
    const ann = await enter("ann");
    const bob = await enter("bob");
    ann.send(
      publishPacket(
        "request",
        JSON.stringify({ op: "publish", ref: "ann's", channel: "topic/a", body: "x" }),
      ),
    );
    bob.send(publishPacket("request", JSON.stringify({ op: "read", ref: "bob's", id: "x" })));
    await until("both are answered", () => repliesTo(ann).length === 1 && repliesTo(bob).length === 1);
    assert.deepEqual(
      [repliesTo(ann), repliesTo(bob)],
      [[["ok", "ann's"]], [["error", "bob's", "unknown_notification"]]],
    );
    assert.equal(bench.hub.counters.sessions, 2);
  });

  test("are free again once a connection is over, whoever had them", async () => {
    for (const user of ["ann", "bob", "ann"]) {
      const client = await enter(user);
      client.socket.destroy();
      await until("the session has ended", () => bench.hub.counters.sessions === 0);
    }
  });
});

describe("QoS 2", () => {
  test("delivers a publish once, however often it comes before its PUBREL (4.3.3-2)", async () => {
    const inbox = createInbox();
    await (await bench.connect("bob")).subscribe("topic/a", inbox.onEvent);
    const client = await enter("ann");
    const first = publishWithId(0x34, 9, "topic/a", "once");
    const again = publishWithId(0x3c, 9, "topic/a", "once");
    client.send(first, again, again);
    await until("each is acknowledged", () => of(client, PUBREC).length === 3);
    client.send(again);
    await until("so is what comes later", () => of(client, PUBREC).length === 4);
    client.send(pubrel(9));
    await until("released", () => of(client, PUBCOMP).length === 1);
    client.send(publishWithId(0x34, 9, "topic/a", "another of that number"), pubrel(9));
    await until("released again", () => of(client, PUBCOMP).length === 2);
    await inbox.waitFor(2);
    assert.deepEqual(inbox.bodies, ["once", "another of that number"]);
  });

  test("answers PUBREL and PUBREC for numbers that nobody sent", async () => {
    const client = await enter("ann");
    client.send(pubrel(1), pubrel(65_535), packet(0x50, [0, 1]), packet(0x40, [0, 1]), packet(0x70, [0, 1]));
    await until("PUBCOMP twice, PUBREL once", () => client.received.length === 5);
    assert.deepEqual(
      client.received
        .slice(2)
        .map(({ first }) => first)
        .sort((a, b) => a - b),
      [0x62, PUBCOMP, PUBCOMP],
    );
  });

  test("ends a connection that has 1,000 publishes without PUBREL and sends one more", async () => {
    const client = await enter("ann");
    for (let id = 1; id <= 1_000; id += 1) client.send(publishWithId(0x34, id, "topic/a", ""));
    await until("1,000 are acknowledged", () => of(client, PUBREC).length === 1_000);
    client.send(publishWithId(0x3c, 1, "topic/a", ""));
    await until("one of them may come again", () => of(client, PUBREC).length === 1_001);
    client.send(publishWithId(0x34, 1_001, "topic/a", ""));
    await within("the end", client.closed);
    assert.equal(bench.hub.counters.published, 1_000);
  });
});

describe("QoS 1", () => {
  test("loses no event to an answer that overtakes it", async () => {
    await reopen(mqttQos1);
    const client = keep(enterRaw(bench.server.endpoint, { clientId: "c-1", token: bench.token("ann") }));
    client.send(subscribePacket(1, 1, REPLIES, "topic/a"));
    const count = 200;
    const requests = Array.from({ length: count }, (_, ref) =>
      publishPacket("request", JSON.stringify({ op: "publish", ref, channel: "topic/a", body: "x" })),
    );
    client.send(...requests);
    await until("all are answered", () => repliesTo(client).length === count + 1);
    await until("all have come", () => of(client, 0x32).length === count);
  });
});

describe("packets that end a connection", () => {
  test("with a word on the reply topic, when one is there", async () => {
    const endings = {
      "identifier 0": publishWithId(0x32, 0, "topic/a", "x"),
      "ill-formed topic": packet(0x30, [0, 1, 0xff], Buffer.from("x")),
      "257 filters": subscribePacket(2, 0, ...Array.from({ length: 257 }, () => "topic/a")),
      "UNSUBSCRIBE without filters": unsubscribePacket(2),
    };
    for (const [name, bytes] of Object.entries(endings)) {
      const client = await enter("ann");
      client.send(bytes);
      await within(name, client.closed);
      assert.deepEqual(repliesTo(client), [["error", null, "malformed"]], name);
      assert.deepEqual([of(client, PUBACK), of(client, SUBACK).length], [[], 1], name);
      assert.equal(bench.hub.counters.sessions, 0, name);
    }
    assert.equal(bench.hub.counters.published, 0);
  });

  test("when they do not end in time, whatever comes of them meanwhile", async () => {
    const options = { serve: { handshakeTimeoutMs: 300 } };
    for (const transport of [mqtt, overTls(mqttQos2)]) {
      await reopen(transport, options);
      const client = await enter("ann");
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
    await reopen(mqtt, { serve: { handshakeTimeoutMs: 400 } });
    const client = await enter("ann");
    const one = publishWithId(0x32, 1, "topic/a", "x".repeat(100));
    // For longer than a packet may take, at no time without a packet that is under way.
    const stream = Buffer.concat(Array.from({ length: 10 }, () => one));
    for (let at = 0; at < stream.length; at += 20) {
      client.send(stream.subarray(at, at + 20));
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await until("all are acknowledged", () => of(client, PUBACK).length === 10);
  });
});

describe("what is asked", () => {
  test("is answered malformed where its mark is no mark: deep JSON, deep MessagePack", async () => {
    const deep = `${"[".repeat(6_490)}${"]".repeat(6_490)}`;
    const json = await enter("ann");
    for (const request of [`{"op":"read","ref":${deep}}`, `{"op":"read","id":${deep},"ref":1}`, deep])
      json.send(publishPacket("request", request));
    await until("all are answered", () => repliesTo(json).length === 3);
    assert.deepEqual(repliesTo(json), [
      ["error", null, "malformed"],
      ["error", 1, "unknown_notification"],
      ["error", null, "malformed"],
    ]);
    await reopen(mqttMsgpack);
    const packed = await enter("ann");
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
    const client = await enter("ann");
    const long = "\u0001".repeat(20_000);
    client.send(publishPacket(long, "x"), subscribePacket(2, 0, `topic/${"\u{1f600}".repeat(200)}`));
    await until("both are answered", () => repliesTo(client).length === 2);
    for (const [, ref, code] of repliesTo(client)) {
      assert.deepEqual([String(ref).length, code], [134, "invalid_channel"]);
    }
  });

  test("of many filters at once is granted or refused one by one", async () => {
    await reopen(mqtt, { maxSubscriptions: 3 });
    const client = await enter("ann");
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
    await until("SUBACK", () => of(client, SUBACK).length === 2);
    // aedes takes a filter that is named twice once, so there is one answer less (3.8.4-5 wants one for each).
    assert.deepEqual([...(of(client, SUBACK)[1]?.body ?? [])], [0, 2, 0, 128, 128, 128, 128, 128, 0, 0, 128]);
  });
});

describe("an internal error", () => {
  test("in what a packet led to ends its connection alone, and is counted", async () => {
    const boom = () => {
      throw new TypeError("boom");
    };
    const internalErrors: unknown[] = [];
    await reopen(mqtt, { onInternalError: (error) => internalErrors.push(error) });
    const { hub } = bench;
    const inbox = createInbox();
    const bystander = await bench.connect("bob");
    await bystander.subscribe("topic/a", inbox.onEvent);
    const publish = hub.publish.bind(hub);
    const cases = {
      subscribe: subscribePacket(2, 0, "topic/b"),
      unsubscribe: unsubscribePacket(2, "topic/a"),
      publish: publishPacket("topic/b", "x"),
      markRead: publishPacket("request", '{"op":"read","ref":1,"id":"x"}'),
    };
    for (const [method, bytes] of Object.entries(cases)) {
      const client = await enter("ann", ["topic/a"]);
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
        .connect(hub.authenticate(bench.token("eve")), 1),
      "topic/a",
      "still here",
    );
    await inbox.waitFor(1);
  });

  test("in letting someone in is answered with CONNACK 3", async () => {
    await reopen(mqtt, {
      authenticate: () => {
        throw new TypeError("boom");
      },
    });
    const client = keep(enterRaw(bench.server.endpoint, { clientId: "a", token: "x" }));
    assert.equal(await returnCode(client), 3);
    await within("the end", client.closed);
    assert.equal(bench.hub.counters.internal, 1);
  });
});

describe("who does not read", () => {
  const request = publishPacket("request", '{"op":"read","ref":1,"id":"x"}');
  const count = 60_000;

  /** Sends without reading until the server has taken all, or takes no more. */
  const flood = async (client: RawClient, packets: Buffer) => {
    client.socket.pause();
    client.socket.write(packets);
    const { counters } = bench.hub;
    let [refused, since] = [-1, performance.now()];
    await until(
      "the server takes no more",
      () => {
        if (counters.refused !== refused) [refused, since] = [counters.refused, performance.now()];
        return performance.now() - since > 300;
      },
      50_000,
    );
  };

  for (const transport of [mqtt, mqttQos1, overTls(mqtt)]) {
    const tags = transport.name.includes(":") ? ["full"] : [];
    test(`is not read either, and gets every answer when it reads again: ${transport.name}`, {
      timeout: 120_000,
      tags,
    }, async () => {
      await reopen(transport);
      const client = await enter("ann");
      await flood(client, Buffer.concat(Array.from({ length: count }, () => request)));
      const { counters } = bench.hub;
      assert.ok(counters.refused < count, "it has been read to the end");
      assert.ok(counters.mostHeldBytes < 512 * 1024, `${counters.mostHeldBytes} bytes were held`);
      client.socket.resume();
      // A busy machine may take long for all of them, but not for any.
      let [seen, since] = [-1, performance.now()];
      await until(
        "no more is answered",
        () => {
          const now = performance.now();
          if (client.received.length !== seen) [seen, since] = [client.received.length, now];
          return now - since > 10_000 || (seen > count && of(client, 0x30).length === count);
        },
        100_000,
      );
      assert.equal(of(client, 0x30).length, count);
      assert.equal(counters.slowDisconnects, 0);
    });
  }

  test("is cut off when its answers are more than may be held", async () => {
    await reopen(mqtt, { serve: { maxBufferedBytes: 64 * 1024 } });
    const client = await enter("ann");
    await flood(client, Buffer.concat(Array.from({ length: count }, () => request)));
    const { counters } = bench.hub;
    assert.deepEqual([counters.slowDisconnects, counters.sessions], [1, 0]);
    assert.ok(counters.mostHeldBytes < 128 * 1024, `${counters.mostHeldBytes} bytes were held`);
  }, 60_000);

  test("is found without a keepalive, and below the bound", async () => {
    await reopen(mqtt, {
      heartbeat: { intervalMs: 200, timeoutMs: 100 },
      serve: { maxBufferedBytes: 64 * 1024 * 1024 },
    });
    const client = await enter("ann", ["topic/a"], 0);
    client.socket.pause();
    const eve = await bench.connect("eve");
    const { counters } = bench.hub;
    while (counters.mostHeldBytes === 0) await eve.publish({ channel: "topic/a", body: "x".repeat(1_000) });
    await until("it is cut off", () => counters.slowDisconnects === 1 && counters.sessions === 1);
  }, 60_000);
});

test("a client without a keepalive is watched over by the kernel's", async (context) => {
  const client = await enter("ann", [], 0);
  const port = Number(new URL(bench.server.endpoint.url).port);
  const hex = (number: number) => number.toString(16).toUpperCase().padStart(4, "0");
  let table: string;
  try {
    table = readFileSync("/proc/net/tcp", "utf8");
  } catch {
    return context.skip("no /proc/net/tcp here");
  }
  const [own] = table
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter(
      ([, local, remote]) =>
        local?.endsWith(`:${hex(port)}`) && remote?.endsWith(`:${hex(client.socket.localPort ?? 0)}`),
    );
  // The timer that runs: 2 is keepalive (Documentation/networking/proc_net_tcp.rst).
  assert.equal(own?.[5]?.slice(0, 2), "02");
});
