import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { type Link, linkSchema } from "../../scenarios/link.ts";
import { startRelay } from "./relay.ts";

/** Enough for the engine to have compiled all that a byte passes. */
const ROUND_TRIPS = 2_000;
/** In place of the link's own delay: what waits takes another way than what does not. */
const SHORT_MS = 0.1;

/**
 * Sends bytes to and fro through a relay of its own. A relay that has just begun is interpreted code, and at the low rates of a link's
 * trials it would stay so for seconds, which would be charged to whatever crosses it first.
 */
export async function warmUp(link: Link | undefined): Promise<void> {
  const echo = createServer({ noDelay: true }, (socket) => {
    socket.on("error", () => socket.destroy());
    socket.pipe(socket);
  });
  echo.listen(0, "127.0.0.1");
  await once(echo, "listening");
  const { port } = echo.address() as AddressInfo;
  const short = link && linkSchema.parse({ delayMs: link.delayMs > 0 ? SHORT_MS : 0 });
  const relay = await startRelay({ target: { host: "127.0.0.1", port }, link: short, seed: 1 });
  const client = connect({ host: "127.0.0.1", port: relay.port, noDelay: true });
  try {
    await once(client, "connect");
    for (let trip = 0; trip < ROUND_TRIPS; trip += 1) {
      client.write("x");
      await once(client, "data");
    }
  } finally {
    client.destroy();
    await relay.close();
    echo.close();
    await once(echo, "close");
  }
}
