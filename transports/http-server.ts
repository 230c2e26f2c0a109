import type { IncomingMessage, ServerResponse } from "node:http";
import {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  fastify,
} from "fastify";
import { LabError } from "../core/errors.ts";
import type { Hub } from "../core/hub.ts";
import { bearerToken } from "./bearer.ts";
import type { ServeSettings } from "./defaults.ts";
import { type Fields, isObject, maxRequestBytes, type Operation, perform, type Result } from "./envelope.ts";
import type { HttpContent } from "./http-content.ts";
import { toHttpError } from "./http-errors.ts";
import type { HttpPeer, HttpSessions } from "./http-sessions.ts";
import { HttpVisitors } from "./http-visitors.ts";
import { boundAddress, createHttpServer, endpointOf, listenError } from "./listen.ts";
import type { TlsIdentity, TransportServer } from "./transport.ts";

/** Answers a request before fastify sees it, and says whether it did. */
export type Shortcut = (request: IncomingMessage, response: ServerResponse) => boolean;

/**
 * A fastify application that reads one kind of content and answers every error as `{code, message}` in JSON. Node's HTTP server sets
 * TCP_NODELAY by default. A wire whose every delivery is a request may take a shortcut past the router for the plain case, and leave
 * all others to it.
 */
export function createHttpApp(
  hub: Hub,
  tls: TlsIdentity | undefined,
  content: HttpContent,
  shortcut?: Shortcut,
): FastifyInstance {
  // A connection that idles between two heartbeats must not be closed under a request that is on its way.
  const keepAliveTimeout = 3 * (hub.heartbeat.intervalMs + hub.heartbeat.timeoutMs) + 60_000;
  const app = fastify({
    serverFactory: (handle: (request: IncomingMessage, response: ServerResponse) => void) =>
      createHttpServer(tls, { keepAliveTimeout }, (request, response) => {
        if (!shortcut?.(request, response)) handle(request, response);
      }),
    logger: false,
    forceCloseConnections: true,
    bodyLimit: maxRequestBytes(hub),
    keepAliveTimeout,
    // HEAD on an event stream or a poll would open one that nobody reads.
    exposeHeadRoutes: false,
  });
  // JSON it reads by itself.
  if (!app.hasContentTypeParser(content.mediaType)) readOnly(app, content);
  app.setErrorHandler((error: FastifyError | LabError, _, reply) => {
    const { status, body } = toHttpError(fromFastify(error, content));
    void reply.code(status).send(body);
  });
  app.setNotFoundHandler((request) => {
    // Without the query, which may hold a token.
    throw new LabError("unsupported", `there is no ${request.method} ${request.url.split("?")[0]} here`);
  });
  return app;
}

/** POST /subscribe, /publish and /read, of an open session (`x-session`) or of a visitor (a token alone). */
export function addOperations<P extends HttpPeer>(
  app: FastifyInstance,
  hub: Hub,
  sessions: HttpSessions<P>,
  content: HttpContent,
): void {
  const visitors = new HttpVisitors(hub);
  const carryOut = (op: Operation["op"], { body, headers, raw }: FastifyRequest): Result => {
    if (!isObject(body)) throw unread(content);
    const session = sessions.find(headers);
    if (!session) return visitors.perform(bearerToken(raw), { ...body, op });
    session.peer.heard?.();
    const { result, catchUp } = perform(hub, session, { ...body, op });
    if (catchUp) session.peer.catchUp(catchUp);
    return result;
  };
  for (const op of ["subscribe", "publish", "read"] as const)
    app.post(`/${op}`, (request, reply) => answer(reply, content, carryOut(op, request)));
}

/** Answers a request with 200 and the result; called once for each. */
export function answer(reply: FastifyReply, { mediaType, encode }: HttpContent, result: object): void {
  void reply.type(mediaType).send(encode(result));
}

/** Leaves one kind of content to be read; any other is refused with 415, which clients get as `malformed`. */
function readOnly(app: FastifyInstance, { mediaType, parse }: HttpContent): void {
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

/** Listens; rejects with `unreachable` when the address can't be had. `ended` runs when nothing listens any more. */
export async function listenHttp(
  app: FastifyInstance,
  { host, port, tls }: Pick<ServeSettings, "host" | "port" | "tls">,
  ended: () => void,
): Promise<TransportServer> {
  try {
    await app.listen({ host, port, backlog: 4_096 });
  } catch (error) {
    await app.close();
    ended();
    throw listenError(error, host, port);
  }
  return {
    endpoint: endpointOf("http", boundAddress(app.server), tls),
    close: async () => {
      await app.close();
      ended();
    },
  };
}

/** fastify's own refusals are all about a request that it could not read. */
function fromFastify(error: FastifyError | LabError, content: HttpContent): LabError {
  if (error instanceof LabError) return error;
  const { statusCode = 500, message } = error;
  if (statusCode === 413)
    return new LabError("body_too_long", "the request is larger than the largest body makes it");
  if (statusCode === 415) return unread(content);
  if (statusCode < 500) return new LabError("malformed", message, { cause: error });
  return LabError.from(error);
}

function unread({ mediaType }: HttpContent): LabError {
  return new LabError("malformed", `send an object with content-type ${mediaType}`);
}
