import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:net";
import { setImmediate as nextTurn } from "node:timers/promises";
import { Aedes } from "aedes";
import { afterEach, beforeEach, describe, test } from "vitest";
import { Hub } from "../../core/hub.ts";
import { until } from "../conformance/bench.ts";
import { closeServer, listen } from "../net/listen.ts";
import { PacketScanner } from "./framing.ts";
import { boundInFlight } from "./in-flight.ts";
import { packet, subscribePacket, unsubscribePacket } from "./packets.ts";
import { createPeer, type Peer, type Peers } from "./peer.ts";
import { enterRaw } from "./raw-bench.test-fixture.ts";
import type { RawClient } from "./raw-client.ts";
import { transientPersistence } from "./transient-persistence.ts";

const SUBACK = 0x90;
const UNSUBACK = 0xb0;

let broker: Aedes;
let server: Server;
let client: RawClient;
let peer: Peer;

beforeEach(async () => {
  const peers: Peers = new Map();
  broker = await Aedes.createBroker({ persistence: transientPersistence(peers) });
  boundInFlight(new Hub({ clock: Date.now, authenticate: () => assert.fail(), epoch: "e" }), broker, peers);
  server = createServer((socket) => {
    peer = createPeer(broker.handle(socket), socket, new PacketScanner(1_000));
    peers.set(peer.client, peer);
  });
  const bound = await listen(server, "127.0.0.1", 0);
  client = enterRaw({ url: `mqtt://${bound}` }, { clientId: "c-1", token: "t" });
  await until("it is let in", () => client.received.length === 1);
});

afterEach(async () => {
  client.socket.destroy();
  await once(client.socket, "close");
  await closeServer(server);
  await new Promise<void>((resolve) => broker.close(resolve));
});

const count = (first: number) => client.received.filter((one) => one.first === first).length;

const publish = () =>
  broker.publish(
    { cmd: "publish", topic: "topic/a", payload: "x", qos: 1, retain: false, dup: false },
    () => undefined,
  );

/** Acknowledges what has come at QoS 1, and settles when the server knows. */
async function acknowledge(): Promise<void> {
  for (const { first, body } of client.received)
    if (first === 0x32) client.send(packet(0x40, body.subarray(9, 11)));
  client.send(packet(0xc0));
  await until("that is worked off", () => count(0xd0) === 1);
}

describe("what is in flight to a client", () => {
  test("is what it has been sent at QoS 1 and has not acknowledged", async () => {
    client.send(subscribePacket(1, 1, "topic/a"));
    await until("it follows", () => count(SUBACK) === 1);
    for (let event = 0; event < 3; event += 1) publish();
    await until("the events come", () => count(0x32) === 3);
    assert.equal(peer.inFlight, 3);
    await acknowledge();
    assert.equal(peer.inFlight, 0);
  });

  test("is nothing that aedes does not send to be acknowledged, however its subscription changes meanwhile", async () => {
    const change = async (bytes: Buffer, first: number) => {
      const before = count(first);
      client.send(bytes);
      await until("it is changed", () => count(first) > before);
      publish();
      // aedes writes events in a later turn, at what the quality of service is by then.
      await nextTurn();
    };
    broker.on("unsubscribe", publish);
    broker.on("subscribe", publish);
    await change(subscribePacket(1, 1, "topic/a"), SUBACK);
    await change(subscribePacket(2, 0, "topic/a"), SUBACK);
    await change(subscribePacket(3, 1, "topic/a", "topic/b"), SUBACK);
    publish();
    await change(unsubscribePacket(4, "topic/a", "topic/b"), UNSUBACK);
    await change(subscribePacket(5, 1, "topic/a"), SUBACK);
    publish();
    await change(unsubscribePacket(6, "topic/a"), UNSUBACK);
    await acknowledge();
    assert.ok(count(0x32) > 0 && count(0x30) > 0, "some came at each");
    assert.equal(peer.inFlight, 0);
  });
});
