import assert from "node:assert/strict";
import { test } from "vitest";
import { Hub } from "../../core/hub.ts";
import { json } from "../codec/codec.ts";
import { serveDefaults } from "../port/defaults.ts";
import { openRaw, rawRequest } from "./raw.ts";
import { createHttpApp, listenHttp } from "./server.ts";

/** Makes an answer unread after 2 * 40 ms + 1 s. */
const HEARTBEAT = { intervalMs: 20, timeoutMs: 20 };
const UNREAD_MS = 1_080;

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
  app.get("/at-once", (request, reply) => {
    connections.trust(request.raw.socket);
    return reply.send({});
  });
  const outlet = hub.attach(
    () => undefined,
    () => undefined,
  );
  const server = await listenHttp(app, settings, outlet);
  const [waiting, idle, both] = [
    await openRaw(server.endpoint),
    await openRaw(server.endpoint),
    await openRaw(server.endpoint),
  ];
  try {
    const began = performance.now();
    waiting.send(rawRequest("GET /never"));
    for (const one of [idle, both]) {
      one.send(rawRequest("GET /at-once"));
      await one.receive(" 200 ");
    }
    both.send(rawRequest("GET /never"));
    assert.equal(await waiting.closed(UNREAD_MS + 10_000), "");
    assert.ok(performance.now() - began > 0.9 * UNREAD_MS, "not before its time");
    await both.closed(UNREAD_MS + 10_000);
    idle.send(rawRequest("GET /nowhere"));
    await idle.receive(" 404 ");
  } finally {
    for (const one of [waiting, idle, both]) one.destroy();
    await server.close();
  }
});
