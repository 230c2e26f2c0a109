import type { IncomingMessage } from "node:http";
import type { Server, Socket } from "node:net";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import { LabError } from "../../core/errors.ts";
import type { Hub } from "../../core/hub.ts";
import { toHttpError } from "../http/errors.ts";
import { createGate } from "../http/gate.ts";
import { Turns } from "../http/turns.ts";
import { refuseUpgrade } from "../http/upgrades.ts";
import { guarded } from "../limits/guard.ts";
import { createHttpServer, createSocketServer } from "../net/listen.ts";
import type { ServeSettings } from "../port/defaults.ts";
import type { Line } from "./peer.ts";
import { SUBPROTOCOL, WebSocketStream } from "./websocket-stream.ts";

/** What carries MQTT's packets: a TCP connection, or the messages of a WebSocket. */
export type Carrier = "tcp" | "websocket";

/** A server that does not listen yet, and calls back with every connection that stands. */
interface Front {
  readonly server: Server;
  readonly scheme: string;
  /** Ends the connections that nobody was called with. */
  readonly endOthers: () => void;
}

interface FrontOptions extends ServeSettings {
  readonly hub: Hub;
  /** No packet of a client is larger. */
  readonly maxPacketBytes: number;
}

export function createFront(carrier: Carrier, options: FrontOptions, onLine: (line: Line) => void): Front {
  return carrier === "tcp" ? overTcp(options, onLine) : overWebSocket(options, onLine);
}

function overTcp({ tls, maxBufferedBytes, hub }: FrontOptions, onLine: (line: Line) => void): Front {
  const server = createSocketServer(
    {
      tls,
      // A write is refused only beyond the bound, where a subscriber is cut off; until then aedes need not wait for it.
      highWaterMark: maxBufferedBytes,
      // A client without MQTT's keepalive, or with a long one, may disappear without notice.
      keepAlive: true,
      keepAliveInitialDelay: keepAliveMs(hub),
    },
    onLine,
  );
  return { server, scheme: "mqtt", endOthers: () => undefined };
}

/** A message may have several packets in it (MQTT 3.1.1, 6), as one of a page that has many to send. */
const MIN_MESSAGE_BYTES = 64 * 1024;

function overWebSocket(options: FrontOptions, onLine: (line: Line) => void): Front {
  const { tls, hub, maxBufferedBytes, handshakeTimeoutMs } = options;
  const maxPayload = Math.max(MIN_MESSAGE_BYTES, options.maxPacketBytes);
  const sockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload,
    // Each piece of a message costs some hundred bytes besides.
    maxBufferedChunks: Math.max(1_024, Math.ceil(maxPayload / 64)),
    // A client's share of a turn is counted in bytes, as over TCP (reading.ts). One message a turn would be less than a client gets that
    // floods the broker with large ones, and an honest client with fifty a second would fall behind.
    allowSynchronousEvents: true,
    handleProtocols: () => SUBPROTOCOL,
  });
  const turns = new Turns();
  const server = createHttpServer(tls, { handshakeTimeoutMs }, (request, response) =>
    turns.take(request, response, () => {
      response.writeHead(426, { connection: "close", upgrade: "websocket", "content-type": "text/plain" });
      response.end("This is an endpoint of MQTT over WebSocket.\n");
    }),
  );
  server.on("connection", (socket: Socket) => socket.setKeepAlive(true, keepAliveMs(hub)));
  const upgrade = (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    stream.on("error", () => void stream.destroy());
    if (!offers(request)) {
      refuseUpgrade(
        stream,
        toHttpError(
          new LabError("malformed", `offer the subprotocol ${SUBPROTOCOL} (Sec-WebSocket-Protocol)`),
        ),
      );
      return;
    }
    sockets.handleUpgrade(request, stream, head, (socket) =>
      guarded(
        hub,
        () => socket.terminate(),
        () =>
          onLine(
            new WebSocketStream(socket, { writableHighWaterMark: maxBufferedBytes, below: request.socket }),
          ),
      )(),
    );
  };
  server.on("upgrade", (request, stream, head) =>
    guarded(hub, () => void stream.destroy(), upgrade)(request, stream, head),
  );
  createGate(options).guard(server);
  return { server, scheme: "ws", endOthers: () => server.closeAllConnections() };
}

function offers({ headers }: IncomingMessage): boolean {
  const offered = headers["sec-websocket-protocol"]?.split(",") ?? [];
  return offered.some((name) => name.trim() === SUBPROTOCOL);
}

function keepAliveMs(hub: Hub): number {
  return Math.max(1_000, hub.heartbeat.intervalMs);
}
