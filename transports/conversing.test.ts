import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { LabError } from "../core/errors.ts";
import { answering, FakeConnection, openFake, openHub } from "./conversing.test-fixture.ts";
import type { ConversingWire } from "./conversing-port.ts";
import type { ConnectOptions } from "./transport.ts";

const hello = (token: string) => JSON.stringify({ op: "connect", ref: 1, token });
const subscribe = '{"op":"subscribe","ref":2,"channel":"topic/news"}';
const publish = '{"op":"publish","ref":3,"channel":"topic/news","body":"x"}';
const endpoint = { url: "fake://nowhere:1" };
const options: ConnectOptions = { token: "ann", reconnect: { attempts: 0, delayMs: 0, jitter: 0 } };
const malformed = new LabError("malformed", "not a frame");
const events = (texts: readonly string[]) => texts.filter((text) => text.includes('"kind":"notification"'));

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

describe("the client of conversing()", () => {
  const rejects = (dial: ConversingWire<string>["dial"], code: LabError["code"], signal?: AbortSignal) =>
    assert.rejects(openFake(dial).transport.connect(endpoint, { ...options, ...(signal && { signal }) }), {
      code,
    });

  test("says why it has no connection", async () => {
    await rejects(async () => Promise.reject(new Error("refused")), "unreachable");
    await rejects(
      async () => Promise.reject(Object.assign(new Error("late"), { code: "timeout" })),
      "timeout",
    );
    await rejects(async () => undefined, "internal");
  });

  test("aborts the wire's dial(), and ends a connection that comes all the same", async () => {
    const controller = new AbortController();
    const late: FakeConnection[] = [];
    await rejects(
      async (_, { signal }, opened) => {
        setTimeout(() => controller.abort());
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
        late.push(new FakeConnection(opened));
      },
      "closed",
      controller.signal,
    );
    assert.equal(late[0]?.calls[0], "destroy");
    assert.deepEqual(late[0]?.sent, []);
  });

  test("hears nothing more once it closes, and does not wait for a peer that does not end", async () => {
    const connections: FakeConnection[] = [];
    const client = await openFake(answering(connections)).transport.connect(endpoint, options);
    const [connection] = connections;
    assert.ok(connection);
    const heard: string[] = [];
    const subscribed = client.subscribe("topic/news", ({ id }) => heard.push(id));
    connection.receiver.message(
      '{"op":"ok","ref":2,"channel":"topic/news","seq":0,"cursor":"e-0","missed":false}',
    );
    await subscribed;
    const event = (id: string) => JSON.stringify({ kind: "notification", channel: "topic/news", id });
    connection.receiver.message(event("e-1"));
    const waiting = assert.rejects(client.markRead("e-1"), { code: "closed" });
    const closed = client.close();
    await new Promise(setImmediate);
    assert.deepEqual(connection.calls, ["end"]);
    connection.receiver.message(event("e-2"));
    await closed;
    await waiting;
    assert.deepEqual([heard, connection.calls], [["e-1"], ["end", "destroy"]]);
  });

  test("is over when the server's messages can't be read", async () => {
    const connections: FakeConnection[] = [];
    const client = await openFake(answering(connections)).transport.connect(endpoint, options);
    connections[0]?.receiver.message("[");
    assert.equal((await client.closed).code, "malformed");
    assert.deepEqual(connections[0]?.calls, ["destroy"]);
    await client.close();
  });
});
