import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { createServer as createHttps } from "node:https";
import { type AddressInfo, connect } from "node:net";
import { connect as connectTls, TLSSocket } from "node:tls";
import { test } from "vitest";
import { selfSigned } from "../port/tls.ts";
import { Turns } from "./turns.ts";

/** Fewer than may wait. */
const MANY = 60;

const atOnce = (answer: () => void) => answer();
const later = (answer: () => void) => void setTimeout(answer, 1);

test.each([
  { name: "answered at once", when: atOnce, tls: false },
  { name: "answered later", when: later, tls: false },
  { name: "answered at once, in records of TLS", when: atOnce, tls: true },
])(
  "requests that come together and are $name are handled one a turn of the event loop, in their order",
  async ({ when, tls }) => {
    const turns = new Turns();
    let turn = 0;
    let counting = true;
    const count = () => {
      turn += 1;
      if (counting) setImmediate(count);
    };
    count();
    const handled: { readonly turn: number; readonly url: string | undefined }[] = [];
    const listener: RequestListener = (request, response) => {
      turns.take(request, response, () => {
        handled.push({ turn, url: request.url });
        when(() => response.end("no"));
      });
    };
    const identity = tls ? await selfSigned() : undefined;
    const server = identity ? createHttps(identity, listener) : createServer(listener);
    await once(server.listen(0, "127.0.0.1"), "listening");
    const { port } = server.address() as AddressInfo;
    const socket = identity
      ? connectTls({ port, host: "127.0.0.1", ca: identity.cert })
      : connect(port, "127.0.0.1");
    try {
      await once(socket, identity ? "secureConnect" : "connect");
      const request = (index: number) =>
        `POST /${index} HTTP/1.1\r\nHost: a\r\nX-Filler: ${"x".repeat(512)}\r\nContent-Length: 1\r\n\r\n3`;
      // None fits into one record.
      if (socket instanceof TLSSocket) socket.setMaxSendFragment(512);
      socket.write(Array.from({ length: MANY }, (_, index) => request(index)).join(""));
      let text = "";
      for await (const chunk of socket) {
        text += chunk;
        if (text.split("HTTP/1.1 200").length > MANY) break;
      }
      assert.deepEqual(
        handled.map(({ url }) => url),
        Array.from({ length: MANY }, (_, index) => `/${index}`),
      );
      assert.equal(new Set(handled.map((one) => one.turn)).size, MANY);
    } finally {
      counting = false;
      socket.destroy();
      server.close();
    }
  },
);
