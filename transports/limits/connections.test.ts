import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { afterEach, test } from "vitest";
import { until } from "../conformance/bench.ts";
import { closeServer, listen } from "../net/listen.ts";
import { type ConnectionLimits, Connections } from "./connections.ts";

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

async function open(limits: Partial<ConnectionLimits>) {
  const served: Socket[] = [];
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    served.push(socket);
    socket.resume().on("error", () => socket.destroy());
  });
  const connections = new Connections(server, {
    handshakeTimeoutMs: 10_000,
    maxConnectionsPerAddress: 100,
    ...limits,
  });
  const bound = await listen(server, "127.0.0.1", 0);
  ends.push(async () => {
    connections.endAll();
    await closeServer(server);
  });
  const dial = async (localAddress = "127.0.0.1") => {
    const before = served.length;
    const socket = connect({
      host: "127.0.0.1",
      port: Number(bound.split(":")[1]),
      localAddress,
      allowHalfOpen: true,
    });
    socket.on("error", () => socket.destroy()).resume();
    ends.push(async () => void socket.destroy());
    await once(socket, "connect");
    await until("it is served", () => served.length > before);
    const other = served[before];
    assert.ok(other);
    return { socket, served: other };
  };
  return { connections, dial };
}

const closed = (socket: Socket, withinMs = 15_000) => until("it is closed", () => socket.destroyed, withinMs);

test("a connection without a session is ended in its time, whatever it sends and whatever its peer does", async () => {
  const { connections, dial } = await open({ handshakeTimeoutMs: 150 });
  const began = performance.now();
  const { socket, served } = await dial();
  const drip = setInterval(() => socket.write("x"), 10);
  await closed(served);
  clearInterval(drip);
  const tookMs = performance.now() - began;
  // What comes too late is told by closed().
  assert.ok(tookMs > 140, `${tookMs}`);
  await until("it is forgotten", () => connections.size === 0);
});

test("a session spares it, and its end gives it the time once more", async () => {
  const { connections, dial } = await open({ handshakeTimeoutMs: 100 });
  const [{ served: spared }, { served: other }] = [await dial(), await dial()];
  connections.admit(spared);
  connections.admit(spared);
  await closed(other);
  assert.equal(spared.destroyed, false);
  connections.release(spared);
  await closed((await dial()).served);
  assert.equal(spared.destroyed, false, "one session is left");
  connections.release(spared);
  await closed(spared);
});

test("an address has so many connections, and others have theirs", async () => {
  const { connections, dial } = await open({ maxConnectionsPerAddress: 2 });
  const [first] = [await dial(), await dial()];
  await closed((await dial()).served);
  assert.equal((await dial("127.0.0.2")).served.destroyed, false);
  first.socket.destroy();
  first.served.destroy();
  await until("there is room again", () => connections.size === 2);
  assert.equal((await dial()).served.destroyed, false);
});

test("who asks for sessions in vain again and again is ended, and who gets one may ask anew", async () => {
  const { connections, dial } = await open({});
  const [{ served: honest }, { served: knocking }] = [await dial(), await dial()];
  for (let asked = 0; asked < 1_000; asked += 1) {
    assert.equal(connections.attempt(honest), true);
    connections.admit(honest);
    connections.release(honest);
  }
  let asked = 0;
  while (connections.attempt(knocking)) asked += 1;
  assert.equal(asked, 64);
  await closed(knocking);
  assert.deepEqual([honest.destroyed, connections.attempt(knocking)], [false, false]);
});

test("cut() ends one connection at once", async () => {
  const { connections, dial } = await open({});
  const [{ served: one }, { served: other }] = [await dial(), await dial()];
  connections.admit(one);
  connections.cut(one);
  await closed(one);
  assert.equal(other.destroyed, false);
});

test("endAll() ends those that stand and those that still come", async () => {
  const { connections, dial } = await open({ handshakeTimeoutMs: Number.POSITIVE_INFINITY });
  const { served } = await dial();
  connections.admit(served);
  connections.endAll();
  await closed(served);
  await closed((await dial()).served);
});
