/*
 * socketio: Socket.IO 5 over Engine.IO 4. Events and acknowledgements in JSON, the token in the CONNECT packet, one room a channel.
 * A broadcast is one emit to the room: the library encodes the packet, and its WebSocket frame, once for all. Opens WebSocket
 * straight away, so that there is no upgrade to wait for; the variant socketio:polling is Engine.IO's HTTP long polling alone,
 * socketio:msgpack has a parser of its own, with MessagePack in binary messages.
 * Speaks through socket.io and socket.io-client, which bring the heartbeat (the server alone probes, and sets the pace for both)
 * and a ws of their own. Limits: a slow reader is cut off; what comes between two polls waits for the next.
 */
import type { TransportEntry, TransportFamily } from "../port/entry.ts";
import type { Capabilities, Transport } from "../port/transport.ts";
import { facts, pollingFacts, pubsubFacts, redisFacts } from "./facts.ts";
import type { RedisAdapter } from "./redis.ts";
import type { Variant } from "./server.ts";
import { supports } from "./supports.ts";

const common = {
  balancing: { mode: "http" },
  facts,
  naming: async () => (await import("../dissect/naming.ts")).nameHttp1,
  supports,
  packages: ["socket.io", "socket.io-client"],
} satisfies Partial<TransportEntry>;

/** On both ends alike. */
function carried(variant: () => Promise<Variant>): Pick<Transport, "serve" | "connect"> {
  return {
    serve: async (hub, options) => (await import("./server.ts")).serve(hub, options, await variant()),
    connect: async (endpoint, options) =>
      (await import("./client.ts")).connect(endpoint, options, supports, await variant()),
  };
}

export const socketio: TransportEntry = {
  ...common,
  name: "socketio",
  drain: {},
  summary: "Socket.IO through socket.io, over WebSocket alone: one emit() to a room, acknowledgements",
  ...carried(async () => ({ transport: "websocket" })),
  dissector: async () => (await import("./dissect.ts")).dissect,
  example: ({ url }, token) => [
    `npx wscat -c "${url.replace(/^http/, "ws")}/socket.io/?EIO=4&transport=websocket"`,
    `then type: 40{"token":"${token}"}`,
    `and:       420["subscribe",{"channel":"topic/news"}]`,
    `and:       421["publish",{"channel":"topic/news","body":"hello"}]`,
    "answer each 2 (ping) with 3 (pong)",
  ],
};

export const socketioPolling: TransportEntry = {
  ...common,
  name: "socketio:polling",
  summary: "Socket.IO over HTTP long polling alone",
  socketsPerClient: 2,
  facts: pollingFacts,
  attackedAs: "another protocol",
  balancing: { mode: "http", sticky: true },
  ...carried(async () => ({ transport: "polling" })),
  dissector: async () => (await import("./dissect.ts")).dissectPolling,
  example: ({ url }, token) => [
    `P="${url}/socket.io/?EIO=4&transport=polling"; S=$(curl -s "$P" | grep -o '"sid":"[^"]*' | cut -c8-)`,
    `curl -s "$P&sid=$S" -d '40{"token":"${token}"}'; curl -s "$P&sid=$S"`,
    `curl -s "$P&sid=$S" -d '420["subscribe",{"channel":"topic/news"}]'; curl -s "$P&sid=$S"`,
    `the last command again waits for events; answer each 2 (ping) with -d 3 (pong)`,
  ],
};

export const socketioMsgpack: TransportEntry = {
  ...common,
  name: "socketio:msgpack",
  drain: {},
  summary: "socketio with MessagePack in binary messages in place of JSON texts",
  packages: ["socket.io", "socket.io-client", "@msgpack/msgpack"],
  ...carried(async () => ({
    transport: "websocket",
    parser: (await import("./msgpack-parser.ts")).msgpackParser,
  })),
  dissector: async () => (await import("./dissect.ts")).dissectMsgpack,
  example: ({ url }) => [
    `no common tool writes MessagePack; docs/transports/socketio.md has a client for ${url}`,
  ],
};

/** On one of the library's own adapters for several nodes. */
function onRedis(
  adapter: RedisAdapter,
  supports: Capabilities,
): Omit<TransportEntry, "name" | "summary" | "packages" | "facts"> {
  return {
    ...common,
    supports,
    onRedis: true,
    serve: async (hub, options) =>
      (await import("./server.ts")).serve(hub, options, { transport: "websocket", onRedis: adapter }),
    connect: async (endpoint, options) =>
      (await import("./client.ts")).connect(endpoint, options, supports, { transport: "websocket" }),
    dissector: async () => (await import("./dissect.ts")).dissect,
    example: (endpoint, token) => socketio.example(endpoint, token),
  };
}

export const socketioRedis: TransportEntry = {
  ...onRedis("streams", { ...supports, resume: false, recovers: true }),
  name: "socketio:redis",
  summary:
    "socketio on the library's own adapter for Redis streams: rooms span nodes, without numbers, receipts and cursors over them",
  packages: ["socket.io", "socket.io-client", "@socket.io/redis-streams-adapter", "ioredis"],
  facts: redisFacts,
};

export const socketioRedisPubsub: TransportEntry = {
  ...onRedis("pubsub", { ...supports, resume: false }),
  name: "socketio:redis-pubsub",
  summary:
    "socketio on the library's adapter for Redis pub/sub: as socketio:redis, but keeps nothing for absent users",
  packages: ["socket.io", "socket.io-client", "@socket.io/redis-adapter", "ioredis"],
  facts: pubsubFacts,
};

export const family: TransportFamily = {
  role: "default",
  transports: [socketio, socketioPolling, socketioMsgpack],
  onRedis: [socketioRedis, socketioRedisPubsub],
};
