/*
 * fetch-stream: one answer without end a client, whose content is a JSON text a line (NDJSON), down, POST requests up, on fastify; what a page reads
 * with fetch() and a ReadableStream. MCP's streamable HTTP and the streamed answers of most language models go the same way, in the framing of server-sent events. An event is encoded once for all
 * streams and written by Node's response, which frames it in the chunked coding (RFC 9112, 7.1). Clients read through undici. A client resumes
 * by asking for the stream anew after the id of the last event. Limits: as of sse, without what an EventSource does by itself: nothing
 * reconnects, and no id is remembered, unless the client does; a page has six connections a host over HTTP/1.1.
 */
import type { TransportEntry, TransportFamily } from "../port/entry.ts";
import type { Capabilities } from "../port/transport.ts";
import { facts } from "./facts.ts";

const supports: Capabilities = { resume: true, network: true, slowConsumer: "disconnect" };

export const fetchStream: TransportEntry = {
  name: "fetch-stream",
  summary: "one JSON line per event on an endless response (NDJSON), as fetch() reads it, POSTs up",
  balancing: { mode: "http", sticky: true },
  drain: {},
  facts,
  naming: async () => (await import("../dissect/naming.ts")).nameHttp1,
  supports,
  socketsPerClient: 2,
  packages: ["fastify", "undici"],
  dissector: async () => (await import("./dissect.ts")).dissect,
  serve: async (hub, options) => (await import("./server.ts")).serve(hub, options),
  connect: async (endpoint, options) => (await import("./client.ts")).connect(endpoint, options, supports),
  example: ({ url }, token) => [
    `curl -N -H "Authorization: Bearer ${token}" "${url}/stream?channel=topic/news"`,
    `curl -H "Authorization: Bearer ${token}" --json '{"channel":"topic/news","body":"hello"}' ${url}/publish`,
  ],
};

export const family: TransportFamily = { role: "named", transports: [fetchStream] };
