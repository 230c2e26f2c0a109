import { once } from "node:events";
import { connect, createServer } from "node:net";

/*
 * Run in a namespace: tells the number of a port; once told to go on, sends bytes both ways through it and, beside that, through another,
 * and tells how long the first took and whether the second was through before it. Then it waits for its end.
 */
const BYTES = Number(process.argv[2]);

/** Settles when that many bytes have come. */
function exchange(socket, bytes) {
  return new Promise((resolve) => {
    let received = 0;
    socket.on("data", (chunk) => {
      received += chunk.length;
      if (received >= bytes) resolve();
    });
    socket.write(Buffer.alloc(bytes));
  });
}

async function open(bytes) {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  const bothWays = async () => {
    const accepted = once(server, "connection").then(([socket]) => exchange(socket, bytes));
    await Promise.all([accepted, exchange(connect(port, "127.0.0.1"), bytes)]);
  };
  return { port, bothWays };
}

const narrow = await open(BYTES);
const free = await open(50 * BYTES);
process.once("message", async () => {
  const beganMs = performance.now();
  let freeWasFirst = false;
  free.bothWays().then(() => {
    freeWasFirst = true;
  });
  await narrow.bothWays();
  process.send({ seconds: (performance.now() - beganMs) / 1_000, freeWasFirst });
});
process.once("disconnect", () => process.exit());
process.send({ port: narrow.port });
