import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { test } from "vitest";
import { meterSockets } from "./socket-meter.ts";

test("counts the bytes of open and of closed sockets, both ways, to the byte", async () => {
  const meter = meterSockets();
  const server = createServer((socket) =>
    socket.on("data", (chunk) => socket.write(Buffer.concat([chunk, chunk]))),
  );
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  assert.ok(address && typeof address === "object");
  try {
    const exchange = async (bytes: number) => {
      const socket = connect(address.port, "127.0.0.1");
      let got = 0;
      socket.write(Buffer.alloc(bytes));
      for await (const chunk of socket) {
        got += chunk.length;
        if (got === 2 * bytes) break;
      }
    };
    await exchange(1_000);
    await exchange(2_500);
    const open = connect(address.port, "127.0.0.1");
    open.write(Buffer.alloc(10));
    await once(open, "data");
    const { bytesIn, bytesOut } = meter.read();
    assert.deepEqual([bytesIn, bytesOut], [3_510, 7_020]);
    open.destroy();
  } finally {
    meter.stop();
    server.close();
  }
});
