import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test, vi } from "vitest";
import {
  events,
  hello,
  malformed,
  openFake,
  openHub,
  publish,
  subscribe,
} from "./conversing.test-fixture.ts";

describe("the server of conversing()", () => {
  const openServer = async (maxBufferedBytes = 1_000) => {
    const hub = openHub();
    const fake = openFake();
    const server = await fake.transport.serve(hub, { maxBufferedBytes });
    const enter = (user: string) => {
      const connection = fake.arrive();
      connection.receiver.message(hello(user));
      connection.receiver.message(subscribe);
      return connection;
    };
    return { ...fake, hub, server, enter };
  };

  test("frames a broadcast once, whoever gets it", async () => {
    const { enter, framed, server } = await openServer();
    const [ann, bob] = [enter("ann"), enter("bob")];
    ann.receiver.message(publish);
    assert.deepEqual(
      [ann, bob].map(({ sent }) => events(sent).length),
      [1, 1],
    );
    assert.equal(events(framed).length, 1);
    await server.close();
  });

  test("cuts off who has too much unread, and spares the others", async () => {
    const { enter, hub, server } = await openServer(1_000);
    const [ann, slow] = [enter("ann"), enter("slow")];
    slow.buffered = 1_000;
    ann.receiver.message(publish);
    assert.deepEqual([events(slow.sent).length, slow.calls], [1, []]);
    slow.buffered = 1_001;
    ann.receiver.message(publish);
    assert.deepEqual([events(slow.sent).length, slow.calls], [1, ["destroy"]]);
    assert.equal(events(ann.sent).length, 2);
    assert.deepEqual([hub.counters.slowDisconnects, hub.counters.mostHeldBytes], [1, 1_001]);
    await Promise.resolve();
    assert.equal(hub.counters.sessions, 1);
    await server.close();
  });

  test("tells the peer what could not be read, then ends and hears no more of it", async () => {
    const { enter, server } = await openServer();
    const ann = enter("ann");
    ann.receiver.failed(malformed);
    assert.equal(ann.sent.at(-1), '{"op":"error","ref":null,"code":"malformed","message":"not a frame"}');
    assert.deepEqual(ann.calls, ["end"]);
    ann.receiver.message(publish);
    ann.receiver.message('{"op":"ping"}');
    ann.receiver.failed(malformed);
    assert.deepEqual(ann.calls, ["end", "destroy"]);
    await server.close();
  });

  test("destroys a connection that broke, without a word", async () => {
    const { enter, hub, server } = await openServer();
    const ann = enter("ann");
    const said = ann.sent.length;
    ann.receiver.failed(new Error("reset by peer"));
    await Promise.resolve();
    assert.deepEqual([ann.sent.length, ann.calls, hub.counters.sessions], [said, ["destroy"], 0]);
    await server.close();
  });

  test("refuses whoever does not begin with connect", async () => {
    const { arrive, hub, server } = await openServer();
    const eve = arrive();
    eve.receiver.message(publish);
    assert.match(eve.sent.join(), /^\{"op":"error","ref":3,"code":"unauthenticated"/);
    eve.receiver.message(hello("eve"));
    assert.deepEqual([eve.sent.length, eve.calls, hub.counters.sessions], [1, ["end"], 0]);
    await server.close();
  });

  test("answers heartbeats, before the token too", async () => {
    const { arrive, server } = await openServer();
    const ann = arrive();
    ann.receiver.message('{"op":"ping"}');
    ann.receiver.message('{"op":"pong"}');
    assert.deepEqual(ann.sent, ['{"op":"pong"}']);
    await server.close();
  });

  test("closes once, with all who are there and who come meanwhile", async () => {
    const { arrive, closes, enter, hub, server } = await openServer();
    const ann = enter("ann");
    const closed = Promise.all([server.close(), server.close()]);
    const late = arrive();
    await closed;
    await server.close();
    assert.deepEqual([ann.calls, late.calls, closes()], [["destroy"], ["destroy"], 1]);
    assert.equal(hub.counters.sessions, 0);
  });
});

describe("a connection of conversing() on which nobody has been let in", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const openServer = async (maxConnectionsPerAddress = 100) => {
    const hub = openHub();
    const fake = openFake();
    const server = await fake.transport.serve(hub, { handshakeTimeoutMs: 300, maxConnectionsPerAddress });
    return { ...fake, hub, server };
  };

  test("is ended in its time, whatever it sends", async () => {
    const { arrive, server } = await openServer();
    const [silent, busy, late] = [arrive(), arrive(), arrive()];
    for (let ms = 0; ms < 290; ms += 10) {
      busy.receiver.alive();
      busy.receiver.message('{"op":"ping"}');
      await vi.advanceTimersByTimeAsync(10);
    }
    assert.deepEqual([silent.calls, busy.calls], [[], []]);
    late.receiver.message(hello("ann"));
    await vi.advanceTimersByTimeAsync(20);
    assert.deepEqual([silent.calls, busy.calls, late.calls], [["destroy"], ["destroy"], []]);
    await server.close();
    assert.equal(vi.getTimerCount(), 0);
  });

  test("has one of so many places: the one that has waited longest makes room, and no session does", async () => {
    const { arrive, server } = await openServer(2);
    const ann = arrive();
    ann.receiver.message(hello("ann"));
    const waiting = [arrive(), arrive(), arrive()];
    assert.deepEqual(
      [ann, ...waiting].map(({ calls }) => calls),
      [[], ["destroy"], [], []],
    );
    await server.close();
  });

  test("that is refused and does not end is ended a second later", async () => {
    const { arrive, server } = await openServer();
    const eve = arrive();
    eve.receiver.message(publish);
    for (let ms = 0; ms < 1_100; ms += 10) {
      eve.receiver.alive();
      await vi.advanceTimersByTimeAsync(10);
    }
    assert.deepEqual(eve.calls, ["end", "destroy"]);
    await server.close();
  });
});
