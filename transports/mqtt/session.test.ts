import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { until, within } from "../conformance/bench.ts";
import { packet, publishPacket, publishWithId, subscribePacket, unsubscribePacket } from "./packets.ts";
import { ofType, openRawBench, PUBACK, SUBACK } from "./raw-bench.test-fixture.ts";
import type { RawClient } from "./raw-client.ts";
import { mqtt, mqttQos1 } from "./transport.ts";

const UNSUBACK = 0xb0;

const raw = openRawBench();

const count = (client: RawClient, type: number) => ofType(client, type).length;

const codes = (client: RawClient, topic: string) =>
  client.published(topic).map((text) => JSON.parse(text).code);

describe("a session", () => {
  test("ends with its token though its client talks and has no keepalive, and is told so", async () => {
    const client = await raw.enter("ann", [], { token: raw.bench.token("ann", 1_000) });
    const talk = setInterval(() => client.send(packet(0xc0), publishPacket("topic/a", "x")), 20);
    await within("the end", client.closed).finally(() => clearInterval(talk));
    assert.equal(codes(client, "reply/c-1").at(-1), "unauthenticated");
    assert.equal(raw.bench.hub.counters.sessions, 0);
  });

  test("shares its user's publishes with the user's others, wills among them", async () => {
    await raw.reopen(mqtt, { publishesPerMinute: 3 });
    const first = await raw.enter("ann", [], { clientId: "first" });
    const will = await raw.enter("ann", [], {
      clientId: "will",
      flags: 0xc6,
      rest: ["topic/a", "gone", "", raw.bench.token("ann")],
    });
    first.send(publishWithId(0x32, 1, "topic/a", "1"), publishWithId(0x34, 2, "topic/a", "2"));
    await until("both are acknowledged", () => count(first, PUBACK) === 1 && count(first, 0x50) === 1);
    will.socket.destroy();
    await until("the will is published", () => raw.bench.hub.counters.published === 3);
    const next = await raw.enter("ann", [], { clientId: "next" });
    next.send(publishWithId(0x32, 1, "topic/a", "one too many"));
    await until("it is acknowledged all the same", () => count(next, PUBACK) === 1);
    await until("and refused", () => codes(next, "reply/next").length === 1);
    assert.deepEqual(codes(next, "reply/next"), ["rate_limited"]);
    assert.equal(raw.bench.hub.counters.published, 3);
  });

  test.each([
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ])(
    "follows a channel that it leaves and enters again in one breath: QoS %i, then %i",
    async (first, then) => {
      // The broker's library ends a subscription in a later turn.
      await raw.reopen(mqttQos1);
      const bob = await raw.bench.connect("bob");
      const client = await raw.enter("ann");
      client.send(subscribePacket(2, first, "topic/a"));
      await until("it follows", () => count(client, SUBACK) === 2);
      client.send(
        unsubscribePacket(3, "topic/a"),
        subscribePacket(4, then, "topic/a"),
        publishPacket("topic/a", "x"),
      );
      await until("both are done", () => count(client, UNSUBACK) === 1 && count(client, SUBACK) === 3);
      await bob.publish({ channel: "topic/a", body: "y" });
      const event = then === 0 ? 0x30 : 0x32;
      const events = () =>
        client.received.filter(({ first, body }) => first === event && body.includes('"notification"'));
      await until("the events come", () => events().length === 2);
      client.send(subscribePacket(5, then, "topic/a"), unsubscribePacket(6, "topic/a"));
      await until("it follows no more", () => count(client, UNSUBACK) === 2);
      await bob.publish({ channel: "topic/a", body: "z" });
      client.send(packet(0xc0));
      await until("it is answered", () => count(client, 0xd0) === 1);
      assert.equal(events().length, 2);
    },
  );

  test("ends without a word over topics and flags that the broker's library refuses", async () => {
    const endings = {
      "PUBLISH to an empty topic": publishPacket("", "x"),
      "PUBLISH to a wildcard": publishPacket("topic/+", "x"),
      "PUBLISH to more than 100 levels": publishPacket("a/".repeat(100), "x"),
      "SUBSCRIBE to an empty filter": subscribePacket(2, 0, ""),
      "SUBSCRIBE to # beside other characters": subscribePacket(2, 0, "topic/a#"),
      "PUBLISH at quality of service 3": publishWithId(0x36, 1, "topic/a", "x"),
      "SUBSCRIBE at quality of service 3": subscribePacket(2, 3, "topic/a"),
      "SUBSCRIBE with other flags": packet(0x80, [0, 2], "topic/a", [0]),
    };
    for (const [name, bytes] of Object.entries(endings)) {
      const client = await raw.enter("ann");
      client.send(bytes);
      await within(name, client.closed);
      assert.equal(client.received.length, 2, name);
    }
    assert.deepEqual([raw.bench.hub.counters.published, raw.bench.hub.counters.internal], [0, 0]);
  });
});
