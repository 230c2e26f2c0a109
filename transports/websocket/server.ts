import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import type { Identity } from "../../core/access.ts";
import { LabError } from "../../core/errors.ts";
import type { Listener, ListenOptions, Opened } from "../conversing/port.ts";
import { toHttpError } from "../http/errors.ts";
import { createGate } from "../http/gate.ts";
import { Turns } from "../http/turns.ts";
import { refuseUpgrade } from "../http/upgrades.ts";
import { admittedOnce, Connections } from "../limits/connections.ts";
import { guarded } from "../limits/guard.ts";
import {
  closeServer,
  createHttpServer,
  endpointOf,
  listen as listenOn,
  stopAccepting,
} from "../net/listen.ts";
import { bearerToken } from "../session/bearer.ts";
import { CLOSE, closeCode } from "./close.ts";
import { RawConnection, report, WebSocketConnection, waitForAcknowledgements } from "./connection.ts";

/** What the variants of this transport differ in. */
export interface Variant {
  readonly deflate: boolean;
  /** Messages are binary, not text. */
  readonly binary: boolean;
  /** Messages are framed by the lab and written past ws; on the server alone. */
  readonly raw: boolean;
  /** Small writes wait for the acknowledgement of those before (RFC 896), as on a socket whose options nobody has set. */
  readonly nagle: boolean;
}

/** ws on node:http, with or without permessage-deflate (RFC 7692). */
export async function listen(
  options: ListenOptions,
  opened: Opened<Buffer>,
  variant: Variant,
): Promise<Listener> {
  const { host, port, tls, admit } = options;
  const sockets = new WebSocketServer({
    noServer: true,
    ...requestBounds(options),
    perMessageDeflate: variant.deflate ? { threshold: 0 } : false,
  });
  const gate = createGate(options);
  const turns = new Turns();
  const handle = (request: IncomingMessage, response: ServerResponse) => {
    if (gate.answers(request, response) || backEnds(request, response)) return;
    response.writeHead(426, { connection: "close", upgrade: "websocket", "content-type": "text/plain" });
    response.end("This is a WebSocket endpoint.\n");
  };
  const server = createHttpServer(tls, options, (request, response) => {
    const answer = guarded(
      options,
      () => void request.socket.destroy(),
      () => handle(request, response),
    );
    turns.take(request, response, answer);
  });
  const connections = new Connections(server, options);
  const backEnds = options.backEnds(admittedOnce(connections));

  const upgrade = (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    const end = () => void stream.destroy();
    stream.on("error", end);
    let identity: Identity;
    try {
      identity = admit(bearerToken(request));
    } catch (error) {
      if (isOfPage(request))
        sockets.handleUpgrade(request, stream, head, (socket) => turnAway(socket, LabError.from(error)));
      else refuseUpgrade(stream, toHttpError(error));
      return;
    }
    const open = (socket: WebSocket) => {
      connections.admit(request.socket);
      serve(socket, stream, identity, opened, variant);
    };
    sockets.handleUpgrade(request, stream, head, guarded(options, end, open));
  };
  server.on("upgrade", (request, stream, head) =>
    guarded(options, () => void stream.destroy(), upgrade)(request, stream, head),
  );
  gate.guard(server);

  const bound = await listenOn(server, host, port);
  let stopped: Promise<void> | undefined;
  return {
    endpoint: endpointOf("ws", bound, tls),
    stopAccepting: () => stopAccepting(server),
    goodbye: () => {
      stopped = closeServer(server);
      server.closeAllConnections();
      return goodbye(sockets);
    },
    close: async () => {
      connections.endAll();
      await stopped;
    },
  };
}

/** Hands over one upgraded connection, with whom it belongs to. */
export function serve(
  socket: WebSocket,
  stream: Duplex,
  identity: Identity,
  opened: Opened<Buffer>,
  { binary, raw, nagle }: Variant,
): void {
  if (nagle) waitForAcknowledgements(stream);
  const connection = raw
    ? new RawConnection(socket, binary, stream)
    : new WebSocketConnection(socket, binary);
  const receiver = opened(connection, identity);
  // After a protocol error (1002, 1007, 1009) ws sends the close frame by itself and reads no more.
  report(socket, receiver, ({ message }) => new LabError("malformed", message));
  socket.once("close", receiver.closed);
}

/** How long a client that was turned away may take to answer. */
const TURNING_AWAY_MS = 1_000;

/** Whether a page asks: browsers name its origin (RFC 6455, 4.1), and tell it nothing of an upgrade that is refused. */
export function isOfPage({ headers }: IncomingMessage): boolean {
  return headers.origin !== undefined;
}

/** Ends the connection of a page with the reason why it is not let in. */
export function turnAway(socket: WebSocket, reason: LabError): void {
  const end = () => socket.terminate();
  const impatient = setTimeout(end, TURNING_AWAY_MS);
  socket.on("error", end);
  socket.once("close", () => clearTimeout(impatient));
  socket.close(closeCode(reason), reason.code);
}

/**
 * What ws holds of a message that is on its way: no more bytes than a request can have, nor in more pieces than a slow network makes of
 * them, since each piece costs some hundred bytes besides. More is answered with 1009 or 1008. And one message a turn of the event loop: of
 * a client that sends thousands at once the other clients' messages are not behind.
 */
export function requestBounds({ maxMessageBytes }: ListenOptions) {
  return {
    maxPayload: maxMessageBytes,
    maxBufferedChunks: Math.max(1_024, Math.ceil(maxMessageBytes / 64)),
    allowSynchronousEvents: false,
  };
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
