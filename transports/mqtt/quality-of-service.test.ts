import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { createInbox, until, within } from "../conformance/bench.ts";
import { packet, publishPacket, publishWithId, subscribePacket } from "./packets.ts";
import {
  ofType,
  openRawBench,
  PUBCOMP,
  PUBREC,
  pubrel,
  REPLIES,
  repliesTo,
} from "./raw-bench.test-fixture.ts";
import { mqttQos1 } from "./transport.ts";

const raw = openRawBench();

describe("QoS 2", () => {
  test("delivers a publish once, however often it comes before its PUBREL (4.3.3-2)", async () => {
    const inbox = createInbox();
    await (await raw.bench.connect("bob")).subscribe("topic/a", inbox.onEvent);
    const client = await raw.enter("ann");
    const first = publishWithId(0x34, 9, "topic/a", "once");
    const again = publishWithId(0x3c, 9, "topic/a", "once");
    client.send(first, again, again);
    await until("each is acknowledged", () => ofType(client, PUBREC).length === 3);
    client.send(again);
    await until("so is what comes later", () => ofType(client, PUBREC).length === 4);
    client.send(pubrel(9));
    await until("released", () => ofType(client, PUBCOMP).length === 1);
    client.send(publishWithId(0x34, 9, "topic/a", "another of that number"), pubrel(9));
    await until("released again", () => ofType(client, PUBCOMP).length === 2);
    await inbox.waitFor(2);
    assert.deepEqual(inbox.bodies, ["once", "another of that number"]);
  });

  test("answers PUBREL and PUBREC for numbers that nobody sent", async () => {
    const client = await raw.enter("ann");
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
    const client = await raw.enter("ann");
    for (let id = 1; id <= 1_000; id += 1) client.send(publishWithId(0x34, id, "topic/a", ""));
    await until("1,000 are acknowledged", () => ofType(client, PUBREC).length === 1_000);
    client.send(publishWithId(0x3c, 1, "topic/a", ""));
    await until("one of them may come again", () => ofType(client, PUBREC).length === 1_001);
    client.send(publishWithId(0x34, 1_001, "topic/a", ""));
    await within("the end", client.closed);
    assert.equal(raw.bench.hub.counters.published, 1_000);
  });
});

describe("QoS 1", () => {
  test("loses no event to an answer that overtakes it", async () => {
    await raw.reopen(mqttQos1);
    const client = raw.connect({ clientId: "c-1", token: raw.bench.token("ann") });
    client.send(subscribePacket(1, 1, REPLIES, "topic/a"));
    const count = 200;
    const requests = Array.from({ length: count }, (_, ref) =>
      publishPacket("request", JSON.stringify({ op: "publish", ref, channel: "topic/a", body: "x" })),
    );
    client.send(...requests);
    await until("all are answered", () => repliesTo(client).length === count + 1);
    await until("all have come", () => ofType(client, 0x32).length === count);
  });
});
