import type { TransportEntry } from "./entry.ts";
import type { Capabilities } from "./transport.ts";

/** What is written to measure a service that runs already: the client's half of a transport. */
export type ExternalClient = Pick<TransportEntry, "name" | "summary" | "packages" | "connect"> &
  Partial<Pick<TransportEntry, "supports" | "socketsPerClient" | "pollEveryMs" | "facts">>;

const UNKNOWN: Capabilities = { resume: false, network: true, slowConsumer: "disconnect" };

/** The transport that such a client and a service at that address make: there is nothing to serve, and nothing of the service to be seen but its answers. */
export function external(
  { name, summary, packages, connect, supports, ...more }: ExternalClient,
  url: string,
): TransportEntry {
  const { socketsPerClient, pollEveryMs, facts } = more;
  return {
    name,
    summary,
    packages,
    external: true,
    supports: { ...UNKNOWN, ...supports },
    ...(socketsPerClient === undefined ? {} : { socketsPerClient }),
    ...(pollEveryMs === undefined ? {} : { pollEveryMs }),
    ...(facts === undefined ? {} : { facts }),
    example: () => [],
    serve: async () => ({ endpoint: { url }, close: async () => undefined }),
    connect: (endpoint, options) => connect(endpoint, options),
  };
}
