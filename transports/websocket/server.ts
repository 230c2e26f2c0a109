import { type IncomingMessage, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import { LabError } from "../../core/errors.ts";
import type { Hub } from "../../core/hub.ts";
import { bearerToken } from "../bearer.ts";
import { serveDefaults } from "../defaults.ts";
import { maxRequestBytes } from "../envelope.ts";
import { closeServer, createHttpServer, endpointOf, listen } from "../listen.ts";
import type { ServeOptions, TransportServer } from "../transport.ts";
import type { Encoding } from "./encoding.ts";
import { CLOSE } from "./framing.ts";
import { createDeliver, expirePeer, type Peer, type PeerOptions, servePeer } from "./peer.ts";

/** What the variants of this wire differ in, on both ends. */
export interface Variant {
  readonly deflate: boolean;
  readonly encoding: Encoding;
}

/** ws on node:http, with or without permessage-deflate (RFC 7692). */
export async function serve(
  hub: Hub,
  options: ServeOptions | undefined,
  { deflate, encoding }: Variant,
): Promise<TransportServer> {
  const { host, port, maxBufferedBytes, tls } = serveDefaults(options);
  const peerOptions: PeerOptions = { maxBufferedBytes, deflate, encoding };
  const outlet = hub.attach<Peer>(createDeliver(hub, peerOptions), expirePeer);
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: maxRequestBytes(hub),
    perMessageDeflate: deflate ? { threshold: 0 } : false,
  });
  const server = createHttpServer(tls, {}, (_, response) => {
    response.writeHead(426, { connection: "close", upgrade: "websocket", "content-type": "text/plain" });
    response.end("This is a WebSocket endpoint.\n");
  });
  server.on("upgrade", (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    stream.on("error", () => stream.destroy());
    try {
      const identity = hub.admit(bearerToken(request));
      sockets.handleUpgrade(request, stream, head, (socket) => {
        servePeer(hub, outlet.connect(identity, { socket, stream }), peerOptions);
      });
    } catch (error) {
      refuse(stream, LabError.from(error));
    }
  });
  const bound = await listen(server, host, port);
  return {
    endpoint: endpointOf("ws", bound, tls),
    close: async () => {
      for (const socket of sockets.clients) socket.close(CLOSE.goingAway);
      const listening = closeServer(server);
      server.closeAllConnections();
      await Promise.all([listening, allGone(sockets)]);
      outlet.detach();
    },
  };
}

function refuse(stream: Duplex, error: LabError): void {
  const status = error.code === "unauthenticated" ? 401 : 500;
  const body = JSON.stringify({ code: error.code, message: error.message });
  stream.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

/** Waits for the close handshakes, and ends what has not answered after a moment. */
export async function allGone(sockets: WebSocketServer): Promise<void> {
  const impatient = setTimeout(() => {
    for (const socket of sockets.clients) socket.terminate();
  }, 250);
  await Promise.all([...sockets.clients].map((socket) => new Promise((gone) => socket.once("close", gone))));
  clearTimeout(impatient);
  await new Promise<void>((resolve) => sockets.close(() => resolve()));
}
