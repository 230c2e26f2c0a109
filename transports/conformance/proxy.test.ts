import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, test } from "vitest";
import { closeServer, listen } from "../net/listen.ts";
import type { Endpoint } from "../port/transport.ts";
import { until } from "./bench.ts";
import { openProxy } from "./proxy.ts";

const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

async function greeted({ url }: Endpoint) {
  const { hostname: host, port } = new URL(url);
  const socket = connect({ host, port: Number(port) });
  sockets.push(socket);
  socket.on("error", () => undefined);
  let text = "";
  socket.on("data", (chunk) => {
    text += chunk;
  });
  await once(socket, "connect");
  return () => text;
}

test("what is stalled is stalled on connections that come later too, until it flows or is healed", async () => {
  let written = 0;
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on("error", () => undefined);
    socket.write("hello", () => {
      written += 1;
    });
  });
  const proxy = await openProxy({ url: `tcp://${await listen(server, "127.0.0.1", 0)}` });
  try {
    for (const [index, end] of [proxy.flow, proxy.heal].entries()) {
      proxy.stall();
      const heard = await greeted(proxy.endpoint);
      await until("the server has written", () => written === index + 1);
      await sleep(50);
      assert.equal(heard(), "");
      end();
      await until("it has come", () => heard() === "hello");
    }
  } finally {
    await proxy.close();
    await closeServer(server);
  }
});
