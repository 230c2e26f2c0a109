import assert from "node:assert/strict";
import { describe, test } from "vitest";
import {
  answering,
  endpoint,
  events,
  FakeConnection,
  hello,
  openFake,
  openHub,
  options,
  publish,
  subscribe,
} from "./conversing.test-fixture.ts";
import { conversing } from "./conversing.ts";
import type { Opened } from "./port.ts";

describe("a transport that throws", () => {
  const openServer = async () => {
    const internalErrors: unknown[] = [];
    const hub = openHub({ onInternalError: (error) => internalErrors.push(error) });
    const fake = openFake();
    const server = await fake.transport.serve(hub, {});
    const enter = (user: string) => {
      const connection = fake.arrive();
      connection.receiver.message(hello(user));
      connection.receiver.message(subscribe);
      return connection;
    };
    return { ...fake, hub, server, enter, internalErrors };
  };
  const throwing = (): never => {
    throw new TypeError("broken");
  };

  test.each(["send", "bufferedBytes"] as const)(
    "in %s(): ends that connection and no other",
    async (name) => {
      const { enter, hub, server, internalErrors } = await openServer();
      const [broken, ann] = [enter("broken"), enter("ann")];
      broken[name] = throwing;
      ann.receiver.message(publish);
      assert.deepEqual([events(ann.sent).length, ann.calls, broken.calls], [1, [], ["destroy"]]);
      const other = enter("other");
      other[name] = throwing;
      other.receiver.message('{"op":"read","ref":9,"id":"e-1"}');
      assert.deepEqual([other.calls, hub.counters.sessions], [["destroy"], 1]);
      assert.deepEqual([hub.counters.internal, internalErrors.length], [2, 2]);
      await server.close();
    },
  );

  test("in end(): is destroyed", async () => {
    const { arrive, hub, server } = await openServer();
    const eve = arrive();
    eve.end = throwing;
    eve.receiver.message(publish);
    assert.deepEqual([eve.calls, hub.counters.internal], [["destroy"], 1]);
    await server.close();
  });

  test("in destroy(): has no session any more, and keeps nobody from closing", async () => {
    const { enter, hub, server, closes } = await openServer();
    const [broken, ann] = [enter("broken"), enter("ann")];
    broken.destroy = throwing;
    broken.receiver.failed(new Error("reset by peer"));
    assert.equal(hub.counters.sessions, 1);
    const another = enter("another");
    another.destroy = throwing;
    await server.close();
    assert.deepEqual([ann.calls, closes(), hub.counters.sessions], [["destroy"], 1, 0]);
  });

  test("in frame(): costs that broadcast and nothing else", async () => {
    const { enter, hub, server, transport } = await openServer();
    const ann = enter("ann");
    const listeners: Opened<string>[] = [];
    const failing = await conversing<string>({
      ...transport,
      frame: (text) => (text.includes("notification") ? throwing() : text),
      listen: async (_, opened) => {
        listeners.push(opened);
        return { endpoint, close: async () => undefined };
      },
      dial: async () => undefined,
    }).serve(hub, {});
    const eve = new FakeConnection(listeners[0] ?? throwing);
    eve.receiver.message(hello("eve"));
    eve.receiver.message(subscribe);
    eve.receiver.message(publish);
    assert.deepEqual([events(ann.sent).length, events(eve.sent).length, hub.counters.internal], [1, 0, 1]);
    assert.match(eve.sent.at(-1) ?? "", /^\{"op":"ok","ref":3/);
    await Promise.all([server.close(), failing.close()]);
  });

  test("on the client's side: ends the client, which says why", async () => {
    const connections: FakeConnection[] = [];
    const client = await openFake(answering(connections)).transport.connect(endpoint, options);
    const [connection] = connections;
    assert.ok(connection);
    connection.send = throwing;
    connection.destroy = throwing;
    await assert.rejects(client.markRead("e-1"), { code: "closed", message: "broken" });
    assert.deepEqual(await client.closed, { code: "closed", message: "broken" });
    await client.close();
  });
});
