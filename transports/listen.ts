import {
  createServer as createHttp,
  type Server as HttpServer,
  type RequestListener,
  type ServerOptions,
} from "node:http";
import { createServer as createHttps } from "node:https";
import { createServer, type Server, type ServerOpts, type Socket } from "node:net";
import { createSecureContext, TLSSocket } from "node:tls";
import { LabError } from "../core/errors.ts";
import type { Endpoint, TlsIdentity } from "./transport.ts";

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

/** Node's HTTP server, or its HTTPS server where there is an identity. TCP_NODELAY is Node's own default. */
export function createHttpServer(
  tls: TlsIdentity | undefined,
  options: ServerOptions,
  onRequest: RequestListener,
): HttpServer {
  return tls
    ? createHttps({ ...options, ...tls, minVersion: "TLSv1.3" }, onRequest)
    : createHttp(options, onRequest);
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

/** Stops listening; settles at once when it did not listen. Connections must have been ended before. */
export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    if (!server.listening) resolve();
    else server.close(() => resolve());
  });
}
