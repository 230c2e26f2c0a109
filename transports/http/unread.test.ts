import assert from "node:assert/strict";
import { test } from "vitest";
import { Hub } from "../../core/hub.ts";
import { json } from "../codec/codec.ts";
import { until } from "../conformance/bench.ts";
import { serveDefaults } from "../port/defaults.ts";
import { openRaw, rawRequest } from "./raw.ts";
import { createHttpApp, listenHttp } from "./server.ts";

/** Makes an answer unread after 2 * 40 ms + 1 s. */
const HEARTBEAT = { intervalMs: 20, timeoutMs: 20 };
const UNREAD_MS = 1_080;
/** More than the kernel holds for a client that does not read. */
const LARGE = 32 * 1024 * 1024;

test("a connection ends whose answer takes too long without a byte, and one that has its answer may idle longer", async () => {
  const hub = new Hub({
    clock: Date.now,
    epoch: "e",
    heartbeat: HEARTBEAT,
    authenticate: () => {
      throw new Error("nobody is let in here");
    },
  });
  const settings = serveDefaults({});
  const { app, connections } = createHttpApp(hub, settings, json);
  app.get("/never", (request, reply) => {
    connections.trust(request.raw.socket);
    reply.hijack();
  });
  app.get("/large", (request, reply) => {
    connections.trust(request.raw.socket);
    return reply.send("x".repeat(LARGE));
  });
  app.get("/at-once", (request, reply) => {
    connections.trust(request.raw.socket);
    return reply.send({});
  });
  const outlet = hub.attach(
    () => undefined,
    () => undefined,
  );
  const server = await listenHttp(app, settings, outlet);
  let standing = 0;
  app.server.on("connection", (socket) => {
    standing += 1;
    socket.once("close", () => {
      standing -= 1;
    });
  });
  const open = () => openRaw(server.endpoint);
  const [waiting, idle, both, expecting, deaf] = [
    await open(),
    await open(),
    await open(),
    await open(),
    await open(),
  ];
  try {
    const began = performance.now();
    waiting.send(rawRequest("GET /never"));
    // What Node.js would answer by itself, past the turns of requests.
    expecting.send(rawRequest("GET /at-once"));
    await expecting.receive(" 200 ");
    expecting.send(rawRequest("GET /never", { expect: "everything" }));
    deaf.send(rawRequest("GET /large"));
    deaf.socket.pause();
    for (const one of [idle, both]) {
      one.send(rawRequest("GET /at-once"));
      await one.receive(" 200 ");
    }
    both.send(rawRequest("GET /never"));
    assert.equal(await waiting.closed(UNREAD_MS + 10_000), "");
    assert.ok(performance.now() - began > 0.9 * UNREAD_MS, "not before its time");
    await both.closed(UNREAD_MS + 10_000);
    assert.ok(!(await expecting.closed(UNREAD_MS + 10_000)).includes(" 417 "));
    await until("only who idles is left", () => standing === 1);
    assert.ok(deaf.text.length < LARGE);
    idle.send(rawRequest("GET /nowhere"));
    await idle.receive(" 404 ");
  } finally {
    for (const one of [waiting, idle, both, expecting, deaf]) one.destroy();
    await server.close();
  }
});
