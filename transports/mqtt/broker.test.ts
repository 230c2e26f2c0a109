import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { onTestFinished, test } from "vitest";
import { code, createInbox, until, within } from "../conformance/bench.ts";
import type { TransportClient } from "../port/transport.ts";
import { jwtIssuer } from "../session/jwt.ts";
import { transport as mqttBroker } from "./broker.ts";
import { openPlainBroker } from "./plain-broker.test-fixture.ts";

const issue = jwtIssuer("a secret of thirty-two characters");

async function openBroker() {
  const { broker, url } = await openPlainBroker();
  const clients: TransportClient[] = [];
  // Before the broker goes.
  onTestFinished(async () => {
    await Promise.all(clients.map((client) => client.close()));
  });
  const connect = async (user: string) => {
    const client = await mqttBroker.connect({ url }, { token: issue(user, 60_000) });
    clients.push(client);
    return client;
  };
  return { broker, connect };
}

test("a broker carries direct notifications, topics and receipts, each to whom it is for", async () => {
  const { connect } = await openBroker();
  const [ann, bob, eve] = [await connect("ann"), await connect("bob"), await connect("eve")];
  const [annInbox, bobInbox, eveInbox] = [createInbox(), createInbox(), createInbox()];
  await ann.subscribe("user/ann", annInbox.onEvent);
  await bob.subscribe("user/bob", bobInbox.onEvent);
  await bob.subscribe("topic/news", bobInbox.onEvent);
  await eve.subscribe("topic/news", eveInbox.onEvent);
  const { id } = await ann.publish({ channel: "user/bob", body: "for bob" });
  await ann.publish({ channel: "topic/news", body: "for all: \u00e4\u{1F514}" });
  await bobInbox.waitFor(2);
  await eveInbox.waitFor(1);
  assert.deepEqual(bobInbox.bodies, ["for bob", "for all: \u00e4\u{1F514}"]);
  assert.deepEqual(eveInbox.bodies, ["for all: \u00e4\u{1F514}"]);
  await bob.markRead(id);
  await annInbox.waitFor(1);
  const [receipt] = annInbox.events;
  assert.deepEqual(receipt?.kind === "receipt" && [receipt.of, receipt.by], [id, "bob"]);
  await assert.rejects(bob.markRead(id), code("unknown_notification"));
  await assert.rejects(bob.subscribe("topic/a", eveInbox.onEvent, "x-1"), code("unsupported"));
});

test("what others publish there is not counted", async () => {
  const { broker, connect } = await openBroker();
  const ann = await connect("ann");
  const inbox = createInbox();
  await ann.subscribe("topic/news", inbox.onEvent);
  for (const payload of [
    "",
    "no JSON",
    "[]",
    '{"kind":"notification"}',
    '{"kind":"gap","id":"1","seq":1,"at":1}',
    '{"kind":"receipt","id":"1","seq":1,"at":1,"of":7,"by":"eve"}',
    '{"kind":"notification","id":"1","seq":1,"at":1,"from":"eve","body":{}}',
  ])
    await new Promise<void>((resolve) => {
      const packet = { cmd: "publish", qos: 0, dup: false, retain: false } as const;
      broker.publish({ ...packet, topic: "notif-lab/topic/news", payload: Buffer.from(payload) }, () =>
        resolve(),
      );
    });
  await ann.publish({ channel: "topic/news", body: "ours" });
  await inbox.waitFor(1);
  assert.deepEqual([inbox.events.length, inbox.bodies], [1, ["ours"]]);
});

test("a login that is refused, a topic that may not be followed, and nobody at the address are told by their codes", async () => {
  const { broker, connect } = await openBroker();
  broker.authorizeSubscribe = (_, subscription, done) =>
    done(null, subscription.topic.endsWith("secret") ? null : subscription);
  const ann = await connect("ann");
  await assert.rejects(ann.subscribe("topic/secret", createInbox().onEvent), code("forbidden"));
  broker.authenticate = (_client, _name, _password, done) =>
    done(Object.assign(new Error("no"), { returnCode: 5 as const }), false);
  await assert.rejects(connect("bob"), code("unauthenticated"));
  await assert.rejects(connect("bob"), /set NOTIF_LAB_BROKER_USERNAME/);
  const nobody = { url: "mqtt://127.0.0.1:9" };
  await assert.rejects(mqttBroker.connect(nobody, { token: issue("ann", 60_000) }), code("unreachable"));
});

test("a broker that does not answer is given up, and one that goes ends its clients and what they asked", async () => {
  const mute = createServer((socket) => socket.on("error", () => undefined)).listen(0, "127.0.0.1");
  onTestFinished(() => void mute.close());
  await once(mute, "listening");
  const url = `mqtt://127.0.0.1:${(mute.address() as AddressInfo).port}`;
  const token = issue("ann", 60_000);
  await assert.rejects(mqttBroker.connect({ url }, { token, connectTimeoutMs: 100 }), code("timeout"));

  const { broker, connect } = await openBroker();
  const ann = await connect("ann");
  broker.authorizePublish = () => undefined;
  const asked = assert.rejects(ann.publish({ channel: "topic/a", body: "x" }), code("closed"));
  await until("it has come", () => broker.connectedClients === 1);
  await new Promise<void>((resolve) => broker.close(resolve));
  await asked;
  assert.equal((await within("the end", ann.closed)).code, "closed");
  await assert.rejects(ann.publish({ channel: "topic/a", body: "x" }), code("closed"));
});
