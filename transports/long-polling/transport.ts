/*
 * long-polling: GET /poll waits until there are events and answers with all of them, POST requests up, on fastify: its router takes every
 * request and its reply sends every answer. Events wait in a bounded buffer of the session, addressed by a cursor: a poll acknowledges the
 * last answer, a repeated one gets it again. An answer of one event is encoded once for all whose polls wait. Clients poll through undici.
 * Limits: an event that comes between two polls waits for the next one, so under load events travel in batches and each session takes one
 * answer a round trip; a request and an answer for every delivery cost more than any stream. long-polling:raw takes the plain poll before fastify's router and answers it by Node's own response, which shows what the
 * two cost. long-polling:single answers each poll with one event, however many wait: what batching spares. long-polling:msgpack has the
 * same maps in MessagePack, errors excepted.
 */
import { type Codec, json } from "../codec/codec.ts";
import type { TransportEntry, TransportFamily } from "../port/entry.ts";
import type { Transport } from "../port/transport.ts";
import { facts } from "./facts.ts";
import { nextPoll } from "./next-poll.ts";
import { supports } from "./supports.ts";

const common = {
  balancing: { mode: "http", sticky: true },
  facts,
  naming: async () => (await import("../dissect/naming.ts")).nameHttp1,
  supports,
  socketsPerClient: 2,
  packages: ["fastify", "undici"],
  dissector: async () => (await import("./dissect.ts")).dissect,
  example: ({ url }, token) => [
    `S=$(curl -s -X POST -H "Authorization: Bearer ${token}" ${url}/sessions | sed 's/.*"session":"\\([^"]*\\).*/\\1/')`,
    `curl -H "x-session: $S" --json '{"channel":"topic/news"}' ${url}/subscribe; curl -H "x-session: $S" "${url}/poll?after=0"`,
    `curl -H "Authorization: Bearer ${token}" --json '{"channel":"topic/news","body":"hello"}' ${url}/publish`,
  ],
} satisfies Partial<TransportEntry>;

interface Answering {
  /** Default: JSON. */
  readonly codec?: () => Promise<Codec>;
  /** Events an answer at most. */
  readonly batchOf?: number;
  /** Past fastify's router and reply. */
  readonly raw?: boolean;
}

function answering({
  codec = async () => json,
  batchOf = Number.POSITIVE_INFINITY,
  raw = false,
}: Answering): Pick<Transport, "serve" | "connect"> {
  return {
    serve: async (hub, options) =>
      (await import("./server.ts")).serve(hub, options, { codec: await codec(), batchOf, raw }),
    connect: async (endpoint, options) =>
      (await import("./client.ts")).connect(endpoint, options, supports, await codec()),
  };
}

export const longPolling: TransportEntry = {
  ...common,
  name: "long-polling",
  drain: { answer: nextPoll },
  summary: "polls that wait, answered in batches from a cursor through fastify; POST requests up",
  ...answering({}),
};

export const longPollingRaw: TransportEntry = {
  ...common,
  name: "long-polling:raw",
  drain: { answer: nextPoll },
  summary: "long-polling with polls taken before fastify's router and answered past its reply",
  ...answering({ raw: true }),
};

export const longPollingSingle: TransportEntry = {
  ...common,
  name: "long-polling:single",
  drain: { answer: nextPoll },
  summary: "long-polling without batches: one event an answer",
  ...answering({ batchOf: 1 }),
};

export const longPollingMsgpack: TransportEntry = {
  ...common,
  name: "long-polling:msgpack",
  summary: "long-polling with MessagePack in place of JSON, up and down",
  packages: ["fastify", "undici", "@msgpack/msgpack"],
  ...answering({ codec: async () => (await import("../codec/msgpack.ts")).msgpack }),
  example: ({ url }) => [
    `no common tool writes MessagePack; docs/transports/long-polling.md has a client for ${url}`,
  ],
};

export const family: TransportFamily = {
  role: "default",
  transports: [longPolling, longPollingRaw, longPollingSingle, longPollingMsgpack],
};
