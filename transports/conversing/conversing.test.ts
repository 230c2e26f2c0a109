import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test, vi } from "vitest";
import { LabError } from "../../core/errors.ts";
import type { HubOptions } from "../../core/hub-options.ts";
import type { ConnectOptions } from "../port/transport.ts";
import { answering, FakeConnection, openFake, openHub } from "./conversing.test-fixture.ts";
import { conversing } from "./conversing.ts";
import type { ConversingTransport, ListenOptions, Opened } from "./port.ts";

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

describe("a transport that throws", () => {
  const openServer = async () => {
    const faults: unknown[] = [];
    const hub = openHub({ onFault: (error) => faults.push(error) });
    const fake = openFake();
    const server = await fake.transport.serve(hub, {});
    const enter = (user: string) => {
      const connection = fake.arrive();
      connection.receiver.message(hello(user));
      connection.receiver.message(subscribe);
      return connection;
    };
    return { ...fake, hub, server, enter, faults };
  };
  const throwing = (): never => {
    throw new TypeError("broken");
  };

  test.each(["send", "bufferedBytes"] as const)(
    "in %s(): ends that connection and no other",
    async (name) => {
      const { enter, hub, server, faults } = await openServer();
      const [broken, ann] = [enter("broken"), enter("ann")];
      broken[name] = throwing;
      ann.receiver.message(publish);
      assert.deepEqual([events(ann.sent).length, ann.calls, broken.calls], [1, [], ["destroy"]]);
      const other = enter("other");
      other[name] = throwing;
      other.receiver.message('{"op":"read","ref":9,"id":"e-1"}');
      assert.deepEqual([other.calls, hub.counters.sessions], [["destroy"], 1]);
      assert.deepEqual([hub.counters.internal, faults.length], [2, 2]);
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
    const faulty = await conversing<string>({
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
    await Promise.all([server.close(), faulty.close()]);
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

describe("a transport of conversing() with a handshake, a close and a ping of its own", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  class OwnConnection extends FakeConnection {
    ping(): void {
      this.calls.push("ping");
    }
    close({ code }: LabError): void {
      this.calls.push(`close ${code}`);
    }
  }

  const openServer = async (hubOptions: Partial<HubOptions> = {}) => {
    const hub = openHub(hubOptions);
    const listening: { options: ListenOptions; opened: Opened<string> }[] = [];
    const goodbyes: string[][] = [];
    const connections: OwnConnection[] = [];
    const transport = conversing<string>({
      name: "own",
      summary: "not for use",
      packages: [],
      example: () => [],
      handshake: true,
      frame: (text) => text,
      listen: async (options, opened) => {
        listening.push({ options, opened });
        return {
          endpoint,
          goodbye: async () => void goodbyes.push(...connections.map(({ calls }) => [...calls])),
          close: async () => undefined,
        };
      },
      dial: async () => undefined,
    });
    const server = await transport.serve(hub, { maxBufferedBytes: 1_000 });
    const [{ options, opened } = assert.fail()] = listening;
    const enter = (user: string) => {
      const identity = options.admit(user);
      const connection = new OwnConnection((made) => opened(made, identity));
      connections.push(connection);
      return connection;
    };
    return { hub, server, options, opened, enter, goodbyes };
  };

  test("has a session from the start, and no heartbeats or reasons among its messages", async () => {
    const { hub, server, enter } = await openServer({ heartbeat: { intervalMs: 100, timeoutMs: 50 } });
    const ann = enter("ann");
    assert.equal(hub.counters.sessions, 1);
    ann.receiver.message('{"op":"ping"}');
    assert.match(ann.sent.join(), /^\{"op":"error","ref":null,"code":"malformed"/);
    await vi.advanceTimersByTimeAsync(210);
    assert.deepEqual([ann.sent.length, ann.calls], [1, ["ping"]]);
    ann.receiver.failed(malformed);
    assert.deepEqual(
      [ann.sent.length, ann.calls, hub.counters.sessions],
      [1, ["ping", "close malformed"], 0],
    );
    await vi.advanceTimersByTimeAsync(1_100);
    assert.deepEqual(ann.calls, ["ping", "close malformed", "destroy"]);
    await server.close();
    assert.equal(vi.getTimerCount(), 0);
  });

  test("tells a slow reader and a fault by its close; the slow one is not waited for", async () => {
    const { hub, server, enter } = await openServer();
    const [slow, broken, ann] = [enter("slow"), enter("broken"), enter("ann")];
    for (const one of [slow, broken]) one.receiver.message(subscribe);
    slow.buffered = 1_001;
    broken.send = () => {
      throw new TypeError("broken");
    };
    ann.receiver.message(publish);
    assert.deepEqual(slow.calls, ["close slow_consumer", "destroy"]);
    assert.deepEqual(broken.calls, ["close internal"]);
    const { slowDisconnects, internal } = hub.counters;
    assert.deepEqual([slowDisconnects, internal, ann.calls], [1, 1, []]);
    await server.close();
  });

  test("refuses by the codes of admit(), a fault among them, and whoever has become one too many since", async () => {
    const faults: unknown[] = [];
    const { server, options, opened, enter } = await openServer({
      maxSessionsPerUser: 1,
      onFault: (error) => faults.push(error),
      authenticate: (user) => {
        if (user === "") throw new TypeError("broken");
        return { user, expiresAt: Number.POSITIVE_INFINITY };
      },
    });
    assert.throws(() => options.admit(""), { name: "LabError", code: "internal" });
    assert.equal(faults.length, 1);
    const identity = options.admit("ann");
    enter("ann");
    assert.throws(() => options.admit("ann"), { code: "too_many_sessions" });
    const late = new OwnConnection((made) => opened(made, identity));
    assert.deepEqual(late.calls, ["close too_many_sessions"]);
    await server.close();
  });

  test("says goodbye before its connections are destroyed", async () => {
    const { server, enter, goodbyes } = await openServer();
    const ann = enter("ann");
    await server.close();
    assert.deepEqual([goodbyes, ann.calls], [[[]], ["destroy"]]);
  });
});

describe("the client of conversing()", () => {
  const rejects = (dial: ConversingTransport<string>["dial"], code: LabError["code"], signal?: AbortSignal) =>
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

  test("leaves the token to the handshake if the transport sends it there", async () => {
    const connections: FakeConnection[] = [];
    const tokens: string[] = [];
    const { transport } = openFake();
    const own = conversing<string>({
      ...transport,
      handshake: true,
      frame: (text) => text,
      listen: async () => Promise.reject(new Error("not asked for")),
      dial: async (_, { token }, opened) => {
        tokens.push(token);
        connections.push(new FakeConnection(opened));
      },
    });
    const client = await own.connect(endpoint, options);
    assert.deepEqual([tokens, connections[0]?.sent], [["ann"], []]);
    await client.close();
  });

  test("aborts the transport's dial(), and ends a connection that opens anyway", async () => {
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

  test("says why the server ended it, when that was the last word", async () => {
    const expired = '{"op":"error","ref":null,"code":"unauthenticated","message":"the token has expired"}';
    for (const [words, reason] of [
      [[expired], "unauthenticated"],
      [[expired, '{"op":"ok","ref":9}'], "closed"],
      [[], "closed"],
    ] as const) {
      const connections: FakeConnection[] = [];
      const client = await openFake(answering(connections)).transport.connect(endpoint, options);
      for (const word of words) connections[0]?.receiver.message(word);
      connections[0]?.receiver.closed();
      assert.equal((await client.closed).code, reason);
    }
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
