import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { test } from "vitest";
import { Watchdog } from "./watchdog.ts";

const LIMIT_MS = 100;

test("who says nothing is noticed, once", async () => {
  let silences = 0;
  const watchdog = new Watchdog(LIMIT_MS, () => {
    silences += 1;
  });
  await sleep(LIMIT_MS / 2);
  watchdog.heard();
  await sleep(LIMIT_MS * 4);
  assert.equal(silences, 1);
});

test("a process that stood still itself first reads what was sent meanwhile", async () => {
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    setInterval(() => socket.write("."), LIMIT_MS / 10).unref();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  const watchdog = new Watchdog(LIMIT_MS, () => assert.fail("it was heard"));
  socket.on("data", () => watchdog.heard());
  await once(socket, "data");
  for (const until = performance.now() + LIMIT_MS * 4; performance.now() < until; );
  await sleep(LIMIT_MS / 2);
  watchdog.end();
  socket.destroy();
  server.close();
});
