import { type IncomingMessage, type ServerResponse, STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  fastify,
} from "fastify";
import { LabError } from "../../core/errors.ts";
import type { Hub } from "../../core/hub.ts";
import type { Outlet } from "../../core/session.ts";
import type { Codec } from "../codec/codec.ts";
import { boundAddress, createHttpServer, endpointOf, listenError, stopAccepting } from "../net/listen.ts";
import type { ServeSettings } from "../port/defaults.ts";
import type { TransportServer } from "../port/transport.ts";
import { type Fields, maxRequestBytes } from "../session/envelope.ts";
import { HttpConnections } from "./connections.ts";
import { fromParserError, type HttpError, toHttpError } from "./errors.ts";
import { createGate } from "./gate.ts";
import type { CorsFields } from "./origins.ts";
import { Turns } from "./turns.ts";

/** Answers a request before fastify sees it, and says whether it did. */
export type Shortcut = (
  request: IncomingMessage,
  response: ServerResponse,
  connections: HttpConnections,
) => boolean;

/** How its requests and answers are encoded. */
export type HttpCodec = Pick<Codec, "mediaType" | "encode" | "parse">;

/** What an application does otherwise than most. */
export interface HttpAppOptions {
  readonly shortcut?: Shortcut | undefined;
  /** Header fields that pages may send and read beside the usual ones. */
  readonly cors?: CorsFields;
  /** Answers a request with an error in another way, and returns true; anything else gets JSON with the error's HTTP status. */
  refuse?(request: FastifyRequest, reply: FastifyReply, reason: LabError): boolean;
}

export interface HttpApp {
  readonly app: FastifyInstance;
  readonly connections: HttpConnections;
}

/** Node.js looks for slow requests once a second. */
const TELLING_MS = 1_250;
const DISTRUSTED: ReadonlySet<string> = new Set(["unauthenticated", "closed", "unsupported"]);
/** Of a request's line and its header fields together, in bytes: what bounds queries and tokens. */
const MAX_HEAD_BYTES = 16 * 1024;

/**
 * A fastify application that reads one kind of content and answers every error as `{code, message}` in JSON; an internal error is
 * counted and told to nobody outside. Node's HTTP server sets TCP_NODELAY by default. A transport may take a shortcut past the router
 * for the plain case of a request, and leave all others to it.
 */
export function createHttpApp(
  hub: Hub,
  { tls, ...limits }: ServeSettings,
  codec: HttpCodec,
  { shortcut, cors, refuse }: HttpAppOptions = {},
): HttpApp {
  const { intervalMs, timeoutMs } = hub.heartbeat;
  const { handshakeTimeoutMs } = limits;
  // A connection that idles between two heartbeats must not be closed under a request that is on its way.
  const keepAliveTimeout = 3 * (intervalMs + timeoutMs) + 60_000;
  const options = {
    keepAliveTimeout,
    // Earlier than the connection's own deadline, so that a slow sender gets a reason.
    handshakeTimeoutMs: Math.max(handshakeTimeoutMs / 2, handshakeTimeoutMs - TELLING_MS),
    maxHeaderSize: MAX_HEAD_BYTES,
  };
  const turns = new Turns();
  const gate = createGate(limits, cors);
  const app = fastify({
    serverFactory: (handle: (request: IncomingMessage, response: ServerResponse) => void) => {
      const server = createHttpServer(tls, options, (request, response) => {
        turns.take(request, response, () => {
          try {
            if (gate.answers(request, response)) return;
            if (!shortcut?.(request, response, connections)) handle(request, response);
          } catch (error) {
            hub.internalError(error);
            request.socket.destroy();
          }
        });
      });
      // Streams are pinged and polls answered sooner: only an answer that nobody reads takes so long without a byte either way.
      server.timeout = 2 * (intervalMs + timeoutMs) + 1_000;
      return server;
    },
    clientErrorHandler: (error, socket) => {
      if (turns.answering(socket)) socket.destroy();
      else refuseUnread(socket, fromParserError(error));
    },
    logger: false,
    forceCloseConnections: true,
    bodyLimit: maxRequestBytes(hub),
    keepAliveTimeout,
    // HEAD on an event stream or a poll would open one that nobody reads.
    exposeHeadRoutes: false,
  });
  const connections = new HttpConnections(app.server, limits);
  // JSON it reads by itself.
  if (!app.hasContentTypeParser(codec.mediaType)) readOnly(app, codec);
  app.setErrorHandler((error: unknown, request, reply) => {
    const { raw } = request;
    const known = fromFastify(error, codec);
    if (known.code === "internal") hub.internalError(error);
    // What shows no token that holds, or has no place here, keeps no connection.
    if (DISTRUSTED.has(known.code)) connections.distrust(raw.socket);
    if (refuse?.(request, reply, known)) return;
    const { status, body } = toHttpError(known);
    // RFC 9110, 15.5.2: such an answer says how to authenticate.
    if (status === 401) reply.header("www-authenticate", "Bearer");
    if (known.code === "unavailable") reply.header("retry-after", "1");
    void reply.code(status).send(body);
  });
  app.setNotFoundHandler((request) => {
    // Without the query, which may hold a token.
    throw new LabError("unsupported", `there is no ${request.method} ${request.url.split("?")[0]} here`);
  });
  return { app, connections };
}

/** Answers a request with 200 and the result; called once for each. */
export function answer(reply: FastifyReply, { mediaType, encode }: HttpCodec, result: object): void {
  void reply.type(mediaType).send(encode(result));
}

/** Leaves one kind of content to be read; any other is refused with 415, which clients get as `malformed`. */
function readOnly(app: FastifyInstance, { mediaType, parse }: HttpCodec): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(mediaType, { parseAs: "buffer" }, (_, bytes: Buffer, done) => {
    let body: Fields;
    try {
      body = parse(bytes);
    } catch (error) {
      done(LabError.from(error, "malformed"));
      return;
    }
    done(null, body);
  });
}

/** Listens; rejects with `unreachable` when the address can't be had. The sessions of `outlet` end when nothing listens any more. */
export async function listenHttp(
  app: FastifyInstance,
  { host, port, tls }: Pick<ServeSettings, "host" | "port" | "tls">,
  outlet: Pick<Outlet<never>, "admitNoMore" | "detach">,
): Promise<TransportServer> {
  try {
    await app.listen({ host, port, backlog: 4_096 });
  } catch (error) {
    await app.close();
    outlet.detach();
    throw listenError(error, host, port);
  }
  return {
    endpoint: endpointOf("http", boundAddress(app.server), tls),
    stopAccepting: () => {
      outlet.admitNoMore();
      stopAccepting(app.server);
    },
    close: async () => {
      await app.close();
      outlet.detach();
    },
  };
}

/** Answers what was no request, or not in time, on a connection that has no other answer under way, and closes it. */
function refuseUnread(socket: Socket, { status, body }: HttpError): void {
  if (socket.writableEnded) return;
  const text = JSON.stringify(body);
  // end() alone would wait for the client to end its side too.
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
    () => socket.destroy(),
  );
}

/** fastify's own refusals are all about a request that it could not read. */
function fromFastify(error: unknown, codec: HttpCodec): LabError {
  if (error instanceof LabError) return error;
  const { statusCode = 500, message }: Partial<FastifyError> = error instanceof Error ? error : {};
  if (statusCode === 413)
    return new LabError("body_too_long", "the request is larger than the largest body makes it");
  if (statusCode === 415) return unread(codec);
  if (statusCode < 500) return new LabError("malformed", message ?? "no reason given", { cause: error });
  return LabError.from(error);
}

/** The refusal of a content that is not of the transport's media type, or no object. */
export function unread({ mediaType }: Pick<Codec, "mediaType">): LabError {
  return new LabError("malformed", `send an object with content-type ${mediaType}`);
}
