/*
 * polling: plain REST. GET /notifications every second (another interval by name: polling:250ms, polling:5s) is answered at once, POST requests
 * up, on fastify. Events wait in the session's buffer, as on long-polling, and an answer brings all of them. A poll says by its entity tag what it
 * knows, and 304 without content says that nothing is new (RFC 9110, 13.1.2). Clients poll through undici, on a connection that stays.
 * polling:no-etag gets 200 and an empty list in place of 304; polling:no-keep-alive opens a connection for each request, as a script that runs
 * curl does. Limits: an event waits half an interval on average, whatever the server does, and most polls find nothing.
 */
import type { TransportEntry, TransportFamily } from "../port/entry.ts";
import type { Capabilities } from "../port/transport.ts";
import { facts } from "./facts.ts";
import { DEFAULT_EVERY_MS, readInterval } from "./interval.ts";

const supports: Capabilities = { resume: true, network: true, slowConsumer: "drop-oldest" };

interface Variant {
  readonly name: string;
  readonly summary: string;
  readonly everyMs?: number;
  readonly connectionPerRequest?: boolean;
  readonly conditional?: boolean;
}

function variant({
  name,
  summary,
  everyMs = DEFAULT_EVERY_MS,
  connectionPerRequest = false,
  conditional = true,
}: Variant): TransportEntry {
  return {
    name,
    summary,
    balancing: { mode: "http", sticky: true },
    facts,
    naming: async () => (await import("../dissect/naming.ts")).nameHttp1,
    supports,
    socketsPerClient: 2,
    pollEveryMs: everyMs,
    packages: ["fastify", "undici"],
    dissector: async () => (await import("./dissect.ts")).dissect,
    serve: async (hub, options) => {
      const server = await (await import("./server.ts")).serve(hub, options, conditional);
      // Who comes on a new connection each time could not go on at a server that takes no new ones.
      return connectionPerRequest ? { endpoint: server.endpoint, close: () => server.close() } : server;
    },
    connect: async (endpoint, options) =>
      (await import("./client.ts")).connect(endpoint, { pollEveryMs: everyMs, ...options }, supports, {
        conditional,
        connectionPerRequest,
      }),
    example: ({ url }, token) => [
      `S=$(curl -s -X POST -H "Authorization: Bearer ${token}" ${url}/sessions | sed 's/.*"session":"\\([^"]*\\).*/\\1/')`,
      `curl -H "x-session: $S" --json '{"channel":"topic/news"}' ${url}/subscribe; curl -i -H "x-session: $S" "${url}/notifications?after=0"`,
      `curl -H "Authorization: Bearer ${token}" --json '{"channel":"topic/news","body":"hello"}' ${url}/notifications`,
    ],
  };
}

export const polling = variant({
  name: "polling",
  summary:
    "a GET every second (polling:250ms, polling:5s: as often as that) answered at once, POST requests up",
});

export const pollingNoKeepAlive = variant({
  name: "polling:no-keep-alive",
  summary: "polling with a new connection for each request",
  connectionPerRequest: true,
});

export const pollingNoEtag = variant({
  name: "polling:no-etag",
  summary: "polling that answers with an empty list, not 304, when nothing is new",
  conditional: false,
});

export const family: TransportFamily = {
  role: "named",
  transports: [polling, pollingNoKeepAlive, pollingNoEtag],
  further: (text) => {
    const everyMs = readInterval(text);
    const name = `polling:${text}`;
    return everyMs === undefined
      ? undefined
      : variant({ name, summary: `polling with a GET every ${everyMs} ms`, everyMs });
  },
};
