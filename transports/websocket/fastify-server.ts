import websocket from "@fastify/websocket";
import { fastify } from "fastify";
import type { Identity } from "../../core/access.ts";
import { LabError } from "../../core/errors.ts";
import type { Hub } from "../../core/hub.ts";
import type { Session } from "../../core/session.ts";
import { bearerToken } from "../bearer.ts";
import { Connections } from "../connections.ts";
import { serveDefaults } from "../defaults.ts";
import { guarded } from "../guard.ts";
import { boundAddress, createHttpServer, endpointOf, listenError } from "../listen.ts";
import type { ServeOptions, TransportServer } from "../transport.ts";
import { closeWith } from "./closing.ts";
import { createDeliver, expirePeer, type PeerOptions, servePeer } from "./peer.ts";
import { refusal } from "./refusal.ts";
import { goodbye, requestBounds, type ServerVariant } from "./server.ts";
import type { Peer } from "./writing.ts";

/** The same service as a route of a fastify application, through @fastify/websocket. */
export async function serveOnFastify(
  hub: Hub,
  options: ServeOptions | undefined,
  { encoding, writing }: ServerVariant,
): Promise<TransportServer> {
  const { host, port, maxBufferedBytes, tls, ...limits } = serveDefaults(options);
  const peerOptions: PeerOptions = { maxBufferedBytes, encoding, writing };
  const outlet = hub.attach<Peer>(createDeliver(hub, peerOptions), expirePeer);
  const app = fastify({
    forceCloseConnections: true,
    serverFactory: (handle) => createHttpServer(tls, limits, handle),
  });
  const connections = new Connections(app.server, limits);
  await app.register(websocket, {
    options: { ...requestBounds(hub), perMessageDeflate: false },
    preClose: async () => {
      await goodbye(app.websocketServer);
      connections.endAll();
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
          const { status, body } = refusal(hub, error);
          await reply.code(status).send(body);
        }
      },
    },
    (socket, request) => {
      const open = () => {
        const identity = identities.get(request);
        if (!identity) throw new Error("an upgrade came past its validation");
        const stream = request.raw.socket;
        let session: Session<Peer>;
        try {
          session = outlet.connect(identity, { socket, stream });
        } catch (error) {
          // Others of the same user came in since it was validated.
          if (!(error instanceof LabError)) throw error;
          closeWith(socket, error);
          return;
        }
        connections.admit(stream);
        servePeer(hub, session, peerOptions);
      };
      guarded(hub, () => socket.terminate(), open)();
    },
  );
  try {
    await app.listen({ host, port, backlog: 4_096 });
  } catch (error) {
    await app.close();
    throw listenError(error, host, port);
  }
  let closing: Promise<void> | undefined;
  const close = async () => {
    await app.close();
    outlet.detach();
  };
  return {
    endpoint: endpointOf("ws", boundAddress(app.server), tls),
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}
