import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { createInbox, until, within } from "../conformance/bench.ts";
import {
  type Connect,
  connectPacket,
  packet,
  publishPacket,
  publishWithId,
  subscribePacket,
} from "./packets.ts";
import { openRawBench, PUBACK, repliesTo, returnCode } from "./raw-bench.test-fixture.ts";
import { mqtt } from "./transport.ts";

const raw = openRawBench();

describe("CONNECT", () => {
  const codeFor = async (connect: Connect) =>
    returnCode(raw.connect({ token: raw.bench.token("ann"), ...connect }));

  test("with an empty client id wants a clean session (3.1.3-8), and in MQTT 3.1 has none", async () => {
    assert.equal(await codeFor({ clientId: "", flags: 0xc0 }), 2);
    assert.equal(await codeFor({ clientId: "", flags: 0xc2 }), 0);
    assert.equal(await codeFor({ clientId: "", protocol: "MQIsdp", level: 3 }), 2);
    assert.equal(await codeFor({ clientId: "a", protocol: "MQIsdp", level: 3 }), 0);
  });

  test("is let in with a blank in its client id, and gets its answers", async () => {
    const client = raw.connect({ clientId: "my phone", token: raw.bench.token("ann") });
    client.send(subscribePacket(1, 0, "reply/my phone", "topic/a"));
    await until("it is answered", () => client.published("reply/my phone").length === 1);
  });

  test("of another protocol level gets CONNACK 1 and the end (3.1.2-2)", async () => {
    for (const level of [5, 6]) {
      const client = raw.connect({ clientId: "a", token: raw.bench.token("ann"), level });
      await within("the end", client.closed);
      assert.deepEqual([...(client.received[0]?.body ?? [])], [0, 1]);
    }
  });

  test("that the standard forbids gets the end and no CONNACK (3.1.4-1)", async () => {
    const token = raw.bench.token("ann");
    const forbidden = {
      "Will QoS 3": { flags: 0xde, rest: ["topic/a", "gone", "", token] },
      "password without user name": { flags: 0x42, rest: [token] },
      "another protocol": { protocol: "hj" },
      "surrogate in the client id": { clientId: "", rest: [] },
    };
    for (const [name, connect] of Object.entries(forbidden)) {
      const client = raw.open();
      client.send(
        name.startsWith("surrogate")
          ? packet(0x10, "MQTT", [4, 0xc2, 0, 0], [0, 3, 0xed, 0xa0, 0x80], "", token)
          : connectPacket({ clientId: "a", token, ...connect }),
      );
      await within(name, client.closed);
      assert.deepEqual(client.received, [], name);
    }
    assert.equal(raw.bench.hub.counters.sessions, 0);
  });

  test("twice on a connection ends it (3.1.0-2)", async () => {
    const client = await raw.enter("ann");
    client.send(connectPacket({ clientId: "c-1", token: raw.bench.token("ann") }));
    await within("the end", client.closed);
    await until("the session has ended", () => raw.bench.hub.counters.sessions === 0);
  });

  test("may be followed by anything before its CONNACK, which is carried out and not only acknowledged", async () => {
    const inbox = createInbox();
    await (await raw.bench.connect("bob")).subscribe("topic/a", inbox.onEvent);
    const count = 30;
    for (let index = 0; index < count; index += 1) {
      const client = raw.connect({ clientId: `c-${index}`, token: raw.bench.token("ann") });
      await new Promise((resolve) => client.socket.once("connect", resolve));
      // In a segment of its own, at another time after CONNECT in each round.
      for (let turn = 0; turn < index % 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      client.send(publishWithId(0x32, 7, "topic/a", String(index)));
      await until("it is acknowledged", () => client.received.at(-1)?.first === PUBACK);
    }
    await inbox.waitFor(count);
    assert.equal(inbox.bodies.length, count);
  });

  test("and all else may come in one segment, in any number", async () => {
    const inbox = createInbox();
    await (await raw.bench.connect("bob")).subscribe("topic/a", inbox.onEvent);
    const client = raw.open();
    const publishes = Array.from({ length: 300 }, (_, index) => publishPacket("topic/a", String(index)));
    client.send(connectPacket({ clientId: "c-1", token: raw.bench.token("ann") }), ...publishes);
    await inbox.waitFor(publishes.length);
    assert.deepEqual(
      inbox.bodies,
      publishes.map((_, index) => String(index)),
    );
  });

  test("beyond a user's sessions gets CONNACK 3, but the same client takes over its own", async () => {
    await raw.reopen(mqtt, { maxSessionsPerUser: 2 });
    const token = raw.bench.token("ann");
    const first = raw.connect({ clientId: "a", token });
    assert.equal(await returnCode(first), 0);
    assert.equal(await codeFor({ clientId: "b" }), 0);
    assert.equal(await codeFor({ clientId: "c" }), 3);
    assert.equal(await codeFor({ clientId: "a" }), 0);
    await within("the first connection gives way", first.closed);
    assert.equal(raw.bench.hub.counters.sessions, 2);
  });
});

describe("client ids", () => {
  test("are each user's own: two may use the same, and get their own answers", async () => {
    const ann = await raw.enter("ann");
    const bob = await raw.enter("bob");
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
    assert.equal(raw.bench.hub.counters.sessions, 2);
  });

  test("are free again once a connection is over, whoever had them", async () => {
    for (const user of ["ann", "bob", "ann"]) {
      const client = await raw.enter(user);
      client.socket.destroy();
      await until("the session has ended", () => raw.bench.hub.counters.sessions === 0);
    }
  });
});
