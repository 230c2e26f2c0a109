import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test, vi } from "vitest";
import type { LabError } from "../../core/errors.ts";
import type { HubOptions } from "../../core/hub-options.ts";
import {
  endpoint,
  FakeConnection,
  malformed,
  openHub,
  publish,
  subscribe,
} from "./conversing.test-fixture.ts";
import { conversing } from "./conversing.ts";
import type { ListenOptions, Opened } from "./port.ts";

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
    ann.receiver.message('{"op":"pong"}');
    assert.match(ann.sent.join(), /^\{"op":"error","ref":null,"code":"malformed"/);
    await vi.advanceTimersByTimeAsync(110);
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

  test("tells a slow reader and an internal error by its close; the slow one is not waited for", async () => {
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

  test("refuses by the codes of admit(), an internal error among them, and whoever has become one too many since", async () => {
    const internalErrors: unknown[] = [];
    const { server, options, opened, enter } = await openServer({
      maxSessionsPerUser: 1,
      onInternalError: (error) => internalErrors.push(error),
      authenticate: (user) => {
        if (user === "") throw new TypeError("broken");
        return { user, expiresAt: Number.POSITIVE_INFINITY };
      },
    });
    assert.throws(() => options.admit(""), { name: "LabError", code: "internal" });
    assert.equal(internalErrors.length, 1);
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
