import assert from "node:assert/strict";
import { once } from "node:events";
import type { Socket } from "node:net";
import { afterAll, beforeAll, describe, test } from "vitest";
import { selfSigned } from "../port/tls.ts";
import type { Endpoint, TlsIdentity } from "../port/transport.ts";
import { dial, readyEvent } from "./dial.ts";
import { closeServer, createHttpServer, endpointOf, listen } from "./listen.ts";

const LIMIT_MS = 400;

describe.each(["http", "https"])("an HTTP server that gives requests 400 ms, over %s", (scheme) => {
  let endpoint: Endpoint;
  let close: () => Promise<void>;

  beforeAll(async () => {
    const tls: TlsIdentity | undefined = scheme === "https" ? await selfSigned() : undefined;
    const server = createHttpServer(tls, { handshakeTimeoutMs: LIMIT_MS }, (request, response) => {
      request.resume().once("end", () => response.end("ok"));
    });
    endpoint = endpointOf("http", await listen(server, "127.0.0.1", 0), tls);
    close = async () => {
      const closed = closeServer(server);
      server.closeAllConnections();
      await closed;
    };
  });
  afterAll(() => close());

  async function open(): Promise<Socket> {
    const socket = dial(endpoint, undefined);
    socket.on("error", () => socket.destroy());
    await once(socket, readyEvent(endpoint));
    return socket;
  }

  /** What the server said, and when it was done. */
  async function heard(socket: Socket, drip: string) {
    const began = performance.now();
    const dripping = setInterval(() => socket.writable && socket.write(drip), 20);
    let text = "";
    socket.on("data", (chunk) => {
      text += chunk;
    });
    await once(socket, "close");
    clearInterval(dripping);
    return { text, tookMs: performance.now() - began };
  }

  test.each([
    ["whose head does not end", "GET / HTTP/1.1\r\nhost: x\r\nx-slow: ", "a"],
    ["whose body does not end", "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n", "a"],
    [
      "whose chunks do not end",
      "POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n",
      "1\r\na\r\n",
    ],
  ])("closes a request %s", async (_, opening, drip) => {
    const socket = await open();
    socket.write(opening);
    const { text, tookMs } = await heard(socket, drip);
    assert.ok(tookMs >= LIMIT_MS - 20 && tookMs < 15_000, `after ${Math.round(tookMs)} ms`);
    assert.match(text, /^HTTP\/1\.1 408 /);
  });

  test("answers one that comes in time", async () => {
    const socket = await open();
    socket.write("POST / HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 3\r\n\r\nab");
    setTimeout(() => socket.write("c"), 50);
    assert.match((await heard(socket, "")).text, /^HTTP\/1\.1 200 /);
  });
});
