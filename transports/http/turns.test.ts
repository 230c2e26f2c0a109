import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { test } from "vitest";
import { Turns } from "./turns.ts";

/** Fewer than may wait. */
const MANY = 60;

test.each([
  ["answered at once", (answer: () => void) => answer()],
  ["answered later", (answer: () => void) => void setTimeout(answer, 1)],
])(
  "requests that come together and are %s are handled one a turn of the event loop, in their order",
  async (_, when) => {
    const turns = new Turns();
    let turn = 0;
    let counting = true;
    const count = () => {
      turn += 1;
      if (counting) setImmediate(count);
    };
    count();
    const handled: { readonly turn: number; readonly url: string | undefined }[] = [];
    const server = createServer((request, response) => {
      turns.take(request, response, () => {
        handled.push({ turn, url: request.url });
        when(() => response.end("no"));
      });
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
    try {
      const request = (index: number) => `POST /${index} HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n3`;
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
