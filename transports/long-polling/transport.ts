/*
 * long-polling: GET /poll waits until there are events and answers with all of them, POST requests up, on fastify. Events wait in
 * a bounded buffer of the session, addressed by a cursor: a poll acknowledges the last answer, a repeated one gets it again. An
 * answer of one event is encoded once for all whose polls wait. Clients poll through undici. Limits: an event that comes between
 * two polls waits for the next one, so under load events travel in batches and each session takes one answer a round trip; a
 * request and an answer for every delivery cost more than any stream; no CORS headers, so pages of another origin need a proxy.
 * long-polling:single answers each poll with one event, however many wait: what batching spares.
 */
import type { Transport } from "../transport.ts";

const common = {
  supports: { resume: true, network: true, slowConsumer: "drop-oldest" },
  socketsPerClient: 2,
  packages: ["fastify", "undici"],
  dissector: async () => (await import("./dissect.ts")).dissect,
  connect: async (endpoint, options) => (await import("./client.ts")).connect(endpoint, options),
  example: ({ url }, token) => [
    `S=$(curl -s -X POST -H "Authorization: Bearer ${token}" ${url}/sessions | sed 's/.*"session":"\\([^"]*\\).*/\\1/')`,
    `curl -H "x-session: $S" --json '{"channel":"topic/news"}' ${url}/subscribe; curl -H "x-session: $S" "${url}/poll?after=0"`,
    `curl -H "Authorization: Bearer ${token}" --json '{"channel":"topic/news","body":"hello"}' ${url}/publish`,
  ],
} satisfies Partial<Transport>;

export const longPolling: Transport = {
  ...common,
  name: "long-polling",
  summary: "polls that wait, answered in batches from a cursor; POST requests up",
  serve: async (hub, options) => (await import("./server.ts")).serve(hub, options, Number.POSITIVE_INFINITY),
};

export const longPollingSingle: Transport = {
  ...common,
  name: "long-polling:single",
  summary: "long-polling without batches: one event an answer",
  serve: async (hub, options) => (await import("./server.ts")).serve(hub, options, 1),
};
