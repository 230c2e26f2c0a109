import { Agent, type IncomingHttpHeaders, request as send } from "node:http";
import { createSecureServer, type Http2ServerRequest, type Http2ServerResponse } from "node:http2";
import { boundAddress } from "../../transports/net/listen.ts";
import { selfSigned } from "../../transports/port/tls.ts";

/** HTTP/2 over TLS in front of a server that speaks HTTP/1.1, as a load balancer stands there. */
export interface Http2Front {
  readonly url: string;
  /** Connections that clients have opened up to now. */
  connections(): number;
  close(): Promise<void>;
}

/** What HTTP/2 has no place for (RFC 9113, 8.2.2), or what is the hop's own. */
const OF_HOPS = ["connection", "keep-alive", "transfer-encoding", "upgrade", "proxy-connection", "host"];

/** Listens on 127.0.0.1 with a certificate of its own, for nothing but HTTP/2; every request goes on to `target` as it comes. */
export async function startHttp2Front(target: string): Promise<Http2Front> {
  const { hostname, port } = new URL(target);
  const agent = new Agent({ keepAlive: true });
  const identity = await selfSigned();
  let connections = 0;
  const pass = (request: Http2ServerRequest, response: Http2ServerResponse) => {
    const upstream = send({
      hostname,
      port,
      agent,
      method: request.method,
      path: request.url,
      headers: { ...endToEnd(request.headers), host: `${hostname}:${port}` },
    });
    upstream.on("response", (answer) => {
      // This sends it as well: an event stream's head is seen before its first event.
      response.writeHead(answer.statusCode ?? 502, endToEnd(answer.headers));
      answer.pipe(response);
    });
    upstream.on("error", () => response.stream?.close());
    response.on("close", () => upstream.destroy());
    request.pipe(upstream);
  };
  const server = createSecureServer({ ...identity, minVersion: "TLSv1.3" }, pass);
  const sessions = new Set<{ destroy(): void }>();
  server.on("session", (session) => {
    connections += 1;
    sessions.add(session);
    session.on("error", () => session.destroy());
    session.once("close", () => sessions.delete(session));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host: "127.0.0.1", port: 0 }, resolve);
  });
  return {
    url: `https://${boundAddress(server)}`,
    connections: () => connections,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const session of sessions) session.destroy();
      agent.destroy();
      await closed;
    },
  };
}

function endToEnd(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !name.startsWith(":") && !OF_HOPS.includes(name)),
  );
}
