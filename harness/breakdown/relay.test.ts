import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { test } from "vitest";
import { listen } from "../../transports/net/listen.ts";
import { openRelay } from "./relay.ts";

test("a relay passes bytes and ends on, and keeps all of them", async () => {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.once("data", (bytes) => socket.end(`you said ${bytes}`));
  });
  const relay = await openRelay({ url: `tcp://${await listen(server, "127.0.0.1", 0)}` });
  try {
    const socket = connect(Number(new URL(relay.endpoint.url).port), "127.0.0.1");
    socket.write("hello");
    const got: Buffer[] = [];
    socket.on("data", (bytes) => got.push(bytes));
    await once(socket, "close");
    assert.equal(String(Buffer.concat(got)), "you said hello");
    assert.equal(relay.connections, 1);
    assert.deepEqual(relay.passed, { in: 5, out: 14 });
    assert.deepEqual(
      relay.recording.map(({ connection, direction, bytes }) => `${connection} ${direction} ${bytes}`),
      ["0 in hello", "0 out you said hello"],
    );
  } finally {
    await relay.close();
    server.close();
  }
});
