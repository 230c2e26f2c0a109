import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import { boundAddress, listenError } from "../../transports/net/listen.ts";
import type { Exposition } from "./exposition.ts";

/** Where Prometheus and balancers look after a service. */
export interface WatchServer {
  /** `http://host:port`. */
  readonly url: string;
  close(): Promise<void>;
}

/** What it answers. */
export interface Watched {
  /** The metrics, as the `Accept` of a request has them. */
  expose(accept: string | undefined): Promise<Exposition>;
  /** Why it should get no new clients, or undefined. */
  unready(): string | undefined;
}

/** Who asks is few: a Prometheus or two, a balancer, an orchestrator. */
const MAX_CONNECTIONS = 64;
const REQUEST_MS = 5_000;

/**
 * GET /metrics, /healthz (the process answers) and /readyz (it may be sent new clients; else 503 with the reason), on a listener of its own.
 * Rejects with `unreachable` when the port can't be had.
 */
export async function startWatchServer(
  { host, port }: { readonly host: string; readonly port: number },
  watched: Watched,
): Promise<WatchServer> {
  const server = createServer(
    { requestTimeout: REQUEST_MS, headersTimeout: REQUEST_MS, connectionsCheckingInterval: 1_000 },
    (request, response) => {
      const [path] = (request.url ?? "").split("?", 1);
      if (request.method !== "GET" && request.method !== "HEAD")
        answer(response, 405, "only GET is answered here\n", { allow: "GET, HEAD" });
      else if (path === "/healthz") answer(response, 200, "ok\n");
      else if (path === "/readyz") {
        const reason = watched.unready();
        answer(response, reason === undefined ? 200 : 503, `${reason ?? "ready"}\n`);
      } else if (path !== "/metrics")
        answer(response, 404, "there are /metrics, /healthz and /readyz here\n");
      else
        watched.expose(request.headers.accept).then(
          ({ contentType, text }) =>
            answer(response, 200, text, { "content-type": contentType, vary: "Accept" }),
          () => answer(response, 500, "the metrics can't be read\n"),
        );
    },
  );
  server.maxConnections = MAX_CONNECTIONS;
  server.listen({ host, port });
  try {
    await once(server, "listening");
  } catch (error) {
    const { message } = listenError(error, host, port);
    throw new Error(message.replace("--port", "--metrics"), { cause: error });
  }
  // What it watches keeps the process, and not who looks on.
  server.unref();
  return {
    url: `http://${boundAddress(server)}`,
    close: async () => {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function answer(
  response: ServerResponse,
  status: number,
  text: string,
  fields: Record<string, string> = {},
): void {
  response.writeHead(status, {
    "content-type": "text/plain; charset=utf-8",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    ...fields,
  });
  response.end(text);
}
