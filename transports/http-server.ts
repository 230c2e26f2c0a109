import type { IncomingMessage, ServerResponse } from "node:http";
import { type FastifyError, type FastifyInstance, type FastifyRequest, fastify } from "fastify";
import { LabError } from "../core/errors.ts";
import type { Hub } from "../core/hub.ts";
import { bearerToken } from "./bearer.ts";
import type { ServeSettings } from "./defaults.ts";
import { isObject, maxRequestBytes, type Operation, perform, type Result } from "./envelope.ts";
import { toHttpError } from "./http-errors.ts";
import { type HttpPeer, type HttpSessions, tokenExpired } from "./http-sessions.ts";
import { HttpVisitors } from "./http-visitors.ts";
import { boundAddress, createHttpServer, endpointOf, listenError } from "./listen.ts";
import type { TlsIdentity, TransportServer } from "./transport.ts";

/** Answers a request before fastify sees it, and says whether it did. */
export type Shortcut = (request: IncomingMessage, response: ServerResponse) => boolean;

/**
 * A fastify application that answers every error as `{code, message}`. Node's HTTP server sets TCP_NODELAY by default. A wire whose
 * every delivery is a request may take a shortcut past the router for the plain case, and leave all others to it.
 */
export function createHttpApp(hub: Hub, tls: TlsIdentity | undefined, shortcut?: Shortcut): FastifyInstance {
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
  app.setErrorHandler((error: FastifyError | LabError, _, reply) => {
    const { status, body } = toHttpError(fromFastify(error));
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
): void {
  const visitors = new HttpVisitors(hub);
  const carryOut = (op: Operation["op"], { body, headers, raw }: FastifyRequest): Result => {
    if (!isObject(body))
      throw new LabError("malformed", "send a JSON object with content-type application/json");
    const session = sessions.find(headers);
    if (!session) return visitors.perform(bearerToken(raw), { ...body, op });
    session.peer.heard?.();
    if (hub.isExpired(session)) {
      const reason = tokenExpired();
      session.peer.end(reason);
      throw reason;
    }
    const { result, replayed } = perform(hub, session, { ...body, op });
    if (replayed.length > 0) session.peer.replay(replayed);
    return result;
  };
  app.post("/subscribe", (request) => carryOut("subscribe", request));
  app.post("/publish", (request) => carryOut("publish", request));
  app.post("/read", (request) => carryOut("read", request));
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
function fromFastify(error: FastifyError | LabError): LabError {
  if (error instanceof LabError) return error;
  const { statusCode = 500, message } = error;
  if (statusCode === 413)
    return new LabError("body_too_long", "the request is larger than the largest body makes it");
  if (statusCode < 500) return new LabError("malformed", message, { cause: error });
  return LabError.from(error);
}
