import { type FastifyInstance, fastify } from "fastify";
import { boundAddress } from "../../transports/net/listen.ts";
import type { BareServer } from "./bare.ts";

/** A bare server on fastify, with the routes that `open` gives it and the broadcast that it returns. */
export async function serveOnFastify(
  open: (app: FastifyInstance) => BareServer["broadcast"],
): Promise<BareServer> {
  const app = fastify({ forceCloseConnections: true });
  const broadcast = open(app);
  await app.listen({ host: "127.0.0.1", port: 0 });
  return { url: `http://${boundAddress(app.server)}`, broadcast, close: () => app.close() };
}
