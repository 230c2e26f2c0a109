/*
 * sse: one event stream a client (HTML standard, 9.2: Server-sent events) down, POST requests up, on fastify. The event id is the
 * cursor, so an ordinary EventSource resumes. Goes through better-sse as its guide on event buffers has it: createSession() opens each
 * stream, an event is written into one createEventBuffer(), and every session sends that with batch(). sse:raw makes of the same event one
 * chunk for all and puts it on the connection itself, past the library and the response, which shows what the two cost.
 * sse:h2 is the same over HTTP/2 on Node's own server and client, without TLS unless its name says so: a client's stream and its requests are streams
 * of one connection (RFC 9113), of which a browser may have a hundred. Clients read through undici and eventsource-parser. Limits: text only, one way: publishing needs a second connection, and a
 * client that wants its silence noticed must POST a sign of life; browsers open six streams a host over HTTP/1.1; backpressure is invisible to the protocol, so a slow reader is cut off.
 */
import type { TransportEntry, TransportFamily } from "../port/entry.ts";
import { facts, factsOfH2, factsOfH2OverTls } from "./facts.ts";
import { supports } from "./supports.ts";

const common = {
  balancing: { mode: "http", sticky: true },
  drain: {},
  facts,
  naming: async () => (await import("../dissect/naming.ts")).nameHttp1,
  supports,
  socketsPerClient: 2,
  connect: async (endpoint, options) => (await import("./client.ts")).connect(endpoint, options, supports),
  dissector: async () => (await import("./dissect.ts")).dissect,
  example: ({ url }, token) => [
    `curl -N -H "Authorization: Bearer ${token}" "${url}/events?channel=topic/news"`,
    `curl -H "Authorization: Bearer ${token}" --json '{"channel":"topic/news","body":"hello"}' ${url}/publish`,
  ],
} satisfies Partial<TransportEntry>;

export const sse: TransportEntry = {
  ...common,
  name: "sse",
  summary: "server-sent events through better-sse down, POST requests up",
  packages: ["fastify", "better-sse", "undici", "eventsource-parser"],
  serve: async (hub, options) => {
    const [{ serve }, { betterSse }] = await Promise.all([import("./server.ts"), import("./better-sse.ts")]);
    return serve(hub, options, betterSse);
  },
};

export const sseRaw: TransportEntry = {
  ...common,
  name: "sse:raw",
  summary: "sse with each event made one chunk by the lab and written past better-sse and the response",
  packages: ["fastify", "undici", "eventsource-parser"],
  serve: async (hub, options) => {
    const [{ serve }, { plainWrites }] = await Promise.all([
      import("./server.ts"),
      import("./plain-writes.ts"),
    ]);
    return serve(hub, options, plainWrites);
  },
};

export const sseH2: TransportEntry = {
  ...common,
  name: "sse:h2",
  summary: "sse over HTTP/2: the stream and all requests of a client on one connection, through Node's http2",
  facts: factsOfH2,
  factsOverTls: factsOfH2OverTls,
  // The requests of a session can't go elsewhere than its stream.
  balancing: { mode: "tcp" },
  naming: async () => (await import("../dissect/naming.ts")).nameHttp2,
  socketsPerClient: 1,
  attackedAs: "another protocol",
  packages: ["eventsource-parser"],
  dissector: async () => (await import("./h2-dissect.ts")).dissect,
  serve: async (hub, options) => (await import("./h2-server.ts")).serveH2(hub, options),
  connect: async (endpoint, options) => (await import("./h2-client.ts")).connect(endpoint, options, supports),
  example: ({ url }, token) => {
    const place = url.replace(/^h2(s?):/, "http$1:");
    return [
      `curl -N --http2-prior-knowledge -H "Authorization: Bearer ${token}" "${place}/events?channel=topic/news"`,
      `curl --http2-prior-knowledge -H "Authorization: Bearer ${token}" --json '{"channel":"topic/news","body":"hello"}' ${place}/publish`,
    ];
  },
};

export const family: TransportFamily = { role: "default", transports: [sse, sseRaw, sseH2] };
