import websocket from "@fastify/websocket";
import { fastify } from "fastify";
import type { Identity } from "../../core/access.ts";
import { LabError } from "../../core/errors.ts";
import type { Hub } from "../../core/hub.ts";
import { bearerToken } from "../bearer.ts";
import { serveDefaults } from "../defaults.ts";
import { maxRequestBytes } from "../envelope.ts";
import { boundAddress, createHttpServer, endpointOf, listenError } from "../listen.ts";
import type { ServeOptions, TransportServer } from "../transport.ts";
import { jsonTexts } from "./encoding.ts";
import { CLOSE } from "./framing.ts";
import { createDeliver, expirePeer, type Peer, type PeerOptions, servePeer } from "./peer.ts";
import { allGone } from "./server.ts";

/** The same service as a route of a fastify application, through @fastify/websocket. */
export async function serveOnFastify(hub: Hub, options?: ServeOptions): Promise<TransportServer> {
  const { host, port, maxBufferedBytes, tls } = serveDefaults(options);
  const peerOptions: PeerOptions = { maxBufferedBytes, deflate: false, encoding: jsonTexts };
  const outlet = hub.attach<Peer>(createDeliver(hub, peerOptions), expirePeer);
  const app = fastify({
    forceCloseConnections: true,
    serverFactory: (handle) => createHttpServer(tls, {}, handle),
  });
  await app.register(websocket, {
    options: { maxPayload: maxRequestBytes(hub), perMessageDeflate: false },
    preClose: async () => {
      for (const socket of app.websocketServer.clients) socket.close(CLOSE.goingAway);
      await allGone(app.websocketServer);
    },
  });
  const identities = new WeakMap<object, Identity>();
  app.get(
    "/",
    {
      websocket: true,
      preValidation: async (request, reply) => {
        try {
          identities.set(request, hub.admit(bearerToken(request.raw)));
        } catch (error) {
          const { code, message } = LabError.from(error);
          await reply.code(code === "unauthenticated" ? 401 : 500).send({ code, message });
        }
      },
    },
    (socket, request) => {
      const identity = identities.get(request);
      if (identity)
        servePeer(hub, outlet.connect(identity, { socket, stream: request.raw.socket }), peerOptions);
      else socket.terminate();
    },
  );
  try {
    await app.listen({ host, port });
  } catch (error) {
    await app.close();
    throw listenError(error, host, port);
  }
  return {
    endpoint: endpointOf("ws", boundAddress(app.server), tls),
    close: async () => {
      await app.close();
      outlet.detach();
    },
  };
}
