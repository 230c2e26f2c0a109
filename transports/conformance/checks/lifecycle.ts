import assert from "node:assert/strict";
import { createServer, type Socket } from "node:net";
import { LabError } from "../../../core/errors.ts";
import { closeServer, listen } from "../../net/listen.ts";
import { code, createInbox, openBench, until, within } from "../bench.ts";
import { type Check, check } from "../check.ts";
import { openProxy } from "../proxy.ts";

const never = { attempts: 0, delayMs: 0, jitter: 0 };
const short = { intervalMs: 1_000, timeoutMs: 500 };
/** So short that silence would be noticed in the time that is idled away, and long enough for a busy machine to answer. */
const lenient = { intervalMs: 800, timeoutMs: 2_000 };

/** Sockets, servers and timers that keep the process alive; what a check opened must be gone after it. */
function openHandles(): string[] {
  return process
    .getActiveResourcesInfo()
    .filter((kind) => /TCP|Pipe|Timeout|Http/.test(kind))
    .sort();
}

const nothingLeft: Check = {
  name: "leaves nothing open: sockets, servers, timers",
  short: false,
  network: false,
  patient: false,
  run: async (transport) => {
    const before = openHandles();
    const bench = await openBench(transport);
    for (const user of ["ann", "bob"]) {
      const client = await bench.connect(user);
      await client.subscribe("topic/news", createInbox().onEvent);
      await client.publish({ channel: "topic/news", body: "x" });
    }
    const { endpoint } = bench.server;
    await bench.close();
    assert.equal(bench.hub.counters.sessions, 0);
    const surplus = () => {
      const known = [...before];
      return openHandles().filter((kind) => {
        const index = known.indexOf(kind);
        if (index >= 0) known.splice(index, 1);
        return index < 0;
      });
    };
    await until("nothing is left", () => surplus().length === 0).catch(() => assert.deepEqual(surplus(), []));
    await assert.rejects(
      transport.connect(endpoint, { token: bench.token("ann"), reconnect: never }),
      code("unreachable"),
    );
  },
};

export const lifecycle: readonly Check[] = [
  nothingLeft,

  check(
    "tells its clients to move one after the other, and takes no new ones meanwhile",
    {},
    async (bench) => {
      const [ann, bob] = [await bench.connect("ann"), await bench.connect("bob")];
      const inbox = createInbox();
      await bob.subscribe("topic/news", inbox.onEvent);
      const { hub, server } = bench;
      const leaving = new LabError("closed", "the server is closing; connect again");
      server.stopAccepting?.();
      assert.equal(hub.endSessions(1, leaving), 1);
      assert.equal((await within("ann is told", ann.closed)).code, "closed");
      if (server.stopAccepting)
        await assert.rejects(bench.connect("cid"), code("unreachable", "closed"), "nobody new is let in");
      await bob.publish({ channel: "topic/news", body: "still served" });
      await inbox.waitFor(1);
      assert.equal(hub.endSessions(10, leaving), 0);
      assert.equal((await within("bob is told", bob.closed)).code, "closed");
      await within("it closes", server.close());
    },
  ),

  check("closes twice, at once and again", { short: true }, async (bench) => {
    const ann = await bench.connect("ann");
    await Promise.all([ann.close(), ann.close()]);
    await ann.close();
    assert.equal((await ann.closed).code, "closed");
    await Promise.all([bench.server.close(), bench.server.close()]);
  }),

  check("tells its clients when the server closes", {}, async (bench) => {
    const ann = await bench.connect("ann");
    const bob = await bench.connect("bob");
    await bob.subscribe("topic/news", createInbox().onEvent);
    await within("close with clients connected", bench.server.close());
    await within("both notice", Promise.all([ann.closed, bob.closed]));
    assert.equal(bench.hub.counters.sessions, 0);
  }),

  check("refuses a port that is taken", {}, async (bench, transport) => {
    const port = Number(bench.server.endpoint.url.match(/(\d+)\D*$/)?.[1]);
    await assert.rejects(transport.serve(bench.hub, { port }), code("unreachable"));
    await bench.connect("ann");
  }),

  check("aborts a connect that is under way", { network: true }, async (bench, transport) => {
    const silent = await openSilentServer();
    try {
      const endpoint = { url: bench.server.endpoint.url.replace(/\/\/.*?(?=\/|$)/, `//${silent.address}`) };
      const early = AbortSignal.abort();
      const options = { token: bench.token("ann"), reconnect: never };
      await assert.rejects(transport.connect(endpoint, { ...options, signal: early }), code("closed"));
      const controller = new AbortController();
      const attempt = transport.connect(endpoint, { ...options, signal: controller.signal });
      setTimeout(() => controller.abort(), 50);
      await assert.rejects(within("the abort", attempt), code("closed"));
      const patient = transport.connect(endpoint, { ...options, connectTimeoutMs: 100 });
      await assert.rejects(within("the time-out", patient), code("timeout"));
      await until("no connection is left", () => silent.sockets.size === 0);
    } finally {
      await silent.close();
    }
  }),

  check("notices a client that vanishes", { network: true }, async (bench) => {
    const proxy = await openProxy(bench.server.endpoint);
    try {
      const ann = await bench.connect("ann", {}, proxy.endpoint);
      await ann.subscribe("topic/news", createInbox().onEvent);
      proxy.cut();
      await until("the session ends", () => bench.hub.counters.sessions === 0);
      assert.ok((await within("the client notices", ann.closed)).code);
    } finally {
      await proxy.close();
    }
  }),

  check(
    "notices silence on both ends by heartbeat",
    { network: true, patient: true, heartbeat: short },
    async (bench) => {
      const proxy = await openProxy(bench.server.endpoint);
      try {
        const ann = await bench.connect("ann", { heartbeat: short }, proxy.endpoint);
        await ann.subscribe("topic/news", createInbox().onEvent);
        proxy.silence();
        const client = within("the client gives up", ann.closed, 20_000);
        await until("the server gives up", () => bench.hub.counters.sessions === 0, 20_000);
        assert.equal((await client).code, "heartbeat_timeout");
      } finally {
        await proxy.close();
      }
    },
  ),

  check("stays connected while idle", { network: true, patient: true, heartbeat: lenient }, async (bench) => {
    const ann = await bench.connect("ann", { heartbeat: lenient });
    const inbox = createInbox();
    await ann.subscribe("topic/news", inbox.onEvent);
    await new Promise((resolve) => setTimeout(resolve, 3_500));
    await ann.publish({ channel: "topic/news", body: "still here" });
    await inbox.waitFor(1);
    assert.equal(bench.hub.counters.sessions, 1);
  }),
];

async function openSilentServer() {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.resume();
    socket.on("error", () => socket.destroy());
    socket.once("close", () => sockets.delete(socket));
  });
  const address = await listen(server, "127.0.0.1", 0);
  return {
    address,
    sockets,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await closeServer(server);
    },
  };
}
