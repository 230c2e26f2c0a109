import assert from "node:assert/strict";
import { describe, test } from "vitest";
import type { LabError } from "../../core/errors.ts";
import { answering, endpoint, FakeConnection, openFake, options } from "./conversing.test-fixture.ts";
import { conversing } from "./conversing.ts";
import type { ConversingTransport } from "./port.ts";

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
