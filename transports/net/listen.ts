import {
  createServer as createHttp,
  type Server as HttpServer,
  type RequestListener,
  type ServerOptions,
} from "node:http";
import { createServer as createHttps } from "node:https";
import { createServer, Server, type ServerOpts, type Socket } from "node:net";
import { createSecureContext, TLSSocket } from "node:tls";
import { LabError } from "../../core/errors.ts";
import { DEFAULT_HANDSHAKE_TIMEOUT_MS } from "../port/defaults.ts";
import type { Endpoint, TlsIdentity } from "../port/transport.ts";

/** A server of sockets with TCP_NODELAY, which are TLS sockets where there is an identity; their handshake may still be under way. */
export function createSocketServer(
  { tls, ...options }: Omit<ServerOpts, "noDelay"> & { readonly tls: TlsIdentity | undefined },
  onSocket: (socket: Socket) => void,
): Server {
  if (!tls) return createServer({ ...options, noDelay: true }, onSocket);
  const secureContext = createSecureContext({ ...tls, minVersion: "TLSv1.3" });
  const { highWaterMark } = options;
  return createServer({ ...options, noDelay: true }, (raw) => {
    raw.on("error", () => raw.destroy());
    // Missing in the declared types: the stream's own option, which the socket hands on.
    const more = { highWaterMark };
    onSocket(new TLSSocket(raw, { isServer: true, secureContext, ...more }));
  });
}

export interface HttpServerOptions extends ServerOptions {
  /** How long the head of a request, and all of a request, may take to come in. Default: that of every server of the lab. */
  readonly handshakeTimeoutMs?: number;
}

/**
 * Node's HTTP server, or its HTTPS server where there is an identity. TCP_NODELAY is Node's own default. A request that comes in too
 * slowly is answered with 408 and its connection closed, at most a second after its time.
 */
export function createHttpServer(
  tls: TlsIdentity | undefined,
  { handshakeTimeoutMs = DEFAULT_HANDSHAKE_TIMEOUT_MS, ...options }: HttpServerOptions,
  onRequest: RequestListener,
): HttpServer {
  // Node wants whole ones.
  const ms = Math.ceil(handshakeTimeoutMs);
  const bounded: ServerOptions = {
    ...options,
    headersTimeout: ms,
    requestTimeout: ms,
    // Node looks at all connections so often; its own default is 30 s.
    connectionsCheckingInterval: Math.min(1_000, Math.ceil(ms / 4)),
  };
  const server = tls
    ? createHttps({ ...bounded, ...tls, minVersion: "TLSv1.3" }, onRequest)
    : createHttp(bounded, onRequest);
  // By itself Node.js refuses what a client expects beside 100-continue, past what takes requests in turn; a server need not (RFC 9110, 10.1.1).
  server.on("checkExpectation", (request, response) => server.emit("request", request, response));
  return server;
}

/** Where clients find a server: `scheme`, with an `s` at its end over TLS. */
export function endpointOf(scheme: string, bound: string, tls: TlsIdentity | undefined): Endpoint {
  return tls ? { url: `${scheme}s://${bound}`, certificate: tls.cert } : { url: `${scheme}://${bound}` };
}

/** Listens and returns `host:port` as it was bound. Rejects with `unreachable` when the address can't be had. */
export function listen(server: Server, host: string, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once("error", (error) => reject(listenError(error, host, port)));
    server.listen({ host, port, backlog: 4_096 }, () => resolve(boundAddress(server)));
  });
}

/** `host:port` of a listening server, an IPv6 host in brackets. */
export function boundAddress(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === "string")
    throw new LabError("internal", "the server has no TCP address");
  return `${address.family === "IPv6" ? `[${address.address}]` : address.address}:${address.port}`;
}

export function listenError(error: unknown, host: string, port: number): LabError {
  const reason = error instanceof Error ? error.message : String(error);
  return new LabError(
    "unreachable",
    `can't listen on ${host}:${port} (${reason}); choose another --port, or 0 for any`,
    {
      cause: error,
    },
  );
}

/** Refuses new connections from now on; those that stand go on, idle ones of HTTP too, which Node's own close() of an HTTP server would end. */
export function stopAccepting(server: Server): void {
  Server.prototype.close.call(server);
}

/** Stops listening; settles at once when it did not listen. Connections must have been ended before. */
export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    if (!server.listening) resolve();
    else server.close(() => resolve());
  });
}
