import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import type { Identity } from "../../core/access.ts";
import type { Hub } from "../../core/hub.ts";
import { bearerToken } from "../bearer.ts";
import { Connections } from "../connections.ts";
import { serveDefaults } from "../defaults.ts";
import { maxRequestBytes } from "../envelope.ts";
import { guarded } from "../guard.ts";
import { closeServer, createHttpServer, endpointOf, listen } from "../listen.ts";
import type { ServeOptions, TransportServer } from "../transport.ts";
import { CLOSE } from "./closing.ts";
import type { Encoding } from "./encoding.ts";
import { createDeliver, expirePeer, type PeerOptions, servePeer } from "./peer.ts";
import { refusal, refuse } from "./refusal.ts";
import type { Peer, Writing } from "./writing.ts";

/** What the variants of this wire differ in, on both ends. */
export interface Variant {
  readonly deflate: boolean;
  readonly encoding: Encoding;
}

/** What they differ in on the server alone. */
export interface ServerVariant extends Variant {
  readonly writing: Writing;
}

/** ws on node:http, with or without permessage-deflate (RFC 7692). */
export async function serve(
  hub: Hub,
  options: ServeOptions | undefined,
  { deflate, encoding, writing }: ServerVariant,
): Promise<TransportServer> {
  const { host, port, maxBufferedBytes, tls, ...limits } = serveDefaults(options);
  const peerOptions: PeerOptions = { maxBufferedBytes, encoding, writing };
  const outlet = hub.attach<Peer>(createDeliver(hub, peerOptions), expirePeer);
  const sockets = new WebSocketServer({
    noServer: true,
    ...requestBounds(hub),
    perMessageDeflate: deflate ? { threshold: 0 } : false,
  });
  const server = createHttpServer(tls, limits, (_, response) => {
    response.writeHead(426, { connection: "close", upgrade: "websocket", "content-type": "text/plain" });
    response.end("This is a WebSocket endpoint.\n");
  });
  const connections = new Connections(server, limits);

  const upgrade = (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    const end = () => void stream.destroy();
    stream.on("error", end);
    let identity: Identity;
    try {
      identity = hub.admit(bearerToken(request));
    } catch (error) {
      refuse(stream, refusal(hub, error));
      return;
    }
    const open = (socket: WebSocket) => {
      const session = outlet.connect(identity, { socket, stream });
      connections.admit(request.socket);
      servePeer(hub, session, peerOptions);
    };
    sockets.handleUpgrade(request, stream, head, guarded(hub, end, open));
  };
  server.on("upgrade", (request, stream, head) =>
    guarded(hub, () => void stream.destroy(), upgrade)(request, stream, head),
  );

  const bound = await listen(server, host, port);
  let closing: Promise<void> | undefined;
  const close = async () => {
    const stopped = closeServer(server);
    server.closeAllConnections();
    await goodbye(sockets);
    connections.endAll();
    await stopped;
    outlet.detach();
  };
  return {
    endpoint: endpointOf("ws", bound, tls),
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}

/**
 * What ws holds of a message that is on its way: no more bytes than a request can have, nor in more pieces than a slow network makes of
 * them, since each piece costs some hundred bytes besides. More is answered with 1009 or 1008.
 */
export function requestBounds(hub: Hub) {
  const maxPayload = maxRequestBytes(hub);
  return { maxPayload, maxBufferedChunks: Math.max(1_024, Math.ceil(maxPayload / 64)) };
}

/** How long clients may take to answer the server's last word. */
const GOODBYE_MS = 250;

/** Tells all clients that the server ends, and waits a moment for their answers; whoever comes later is refused with 503. */
export async function goodbye(sockets: WebSocketServer): Promise<void> {
  sockets.close();
  const gone = [...sockets.clients].map((socket) => {
    socket.close(CLOSE.goingAway);
    return new Promise((resolve) => socket.once("close", resolve));
  });
  let timer: NodeJS.Timeout | undefined;
  const impatient = new Promise((resolve) => {
    timer = setTimeout(resolve, GOODBYE_MS);
  });
  await Promise.race([Promise.all(gone), impatient]);
  clearTimeout(timer);
}
