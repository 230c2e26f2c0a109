/*
 * websocket: one RFC 6455 connection a client, JSON texts both ways, the token in the upgrade request. Speaks through ws as its
 * documentation says: a broadcast is encoded once, and each subscriber gets it by one send(). The variant websocket:raw frames it once
 * as well and writes the same bytes to every socket, past ws; websocket:fastify is the same service as a fastify route,
 * websocket:msgpack has the same maps in MessagePack, websocket:deflate compresses every message (RFC 7692) per connection. Limits:
 * backpressure is invisible to the protocol, so a slow reader is cut off; proxies must allow the upgrade.
 */
import type { Transport } from "../transport.ts";
import type { ServerVariant } from "./server.ts";

const common = {
  supports: { resume: true, network: true, slowConsumer: "disconnect" },
  dissector: async () => (await import("./dissect.ts")).dissect,
  example: ({ url }, token) => [
    `npx wscat -c "${url}" -H "Authorization: Bearer ${token}"`,
    `then type: {"op":"subscribe","ref":1,"channel":"topic/news"}`,
    `and:       {"op":"publish","ref":2,"channel":"topic/news","body":"hello"}`,
  ],
} satisfies Partial<Transport>;

const plain = async (): Promise<ServerVariant> => {
  const [{ jsonTexts }, { throughLibrary }] = await Promise.all([
    import("./encoding.ts"),
    import("./writing.ts"),
  ]);
  return { deflate: false, encoding: jsonTexts, writing: throughLibrary(jsonTexts.binary) };
};
const raw = async (): Promise<ServerVariant> => ({
  ...(await plain()),
  writing: (await import("./raw-writes.ts")).rawWrites,
});
const deflating = async (): Promise<ServerVariant> => ({ ...(await plain()), deflate: true });
const packing = async (): Promise<ServerVariant> => {
  const [{ msgpackMaps }, { throughLibrary }] = await Promise.all([
    import("./msgpack-encoding.ts"),
    import("./writing.ts"),
  ]);
  return { deflate: false, encoding: msgpackMaps, writing: throughLibrary(msgpackMaps.binary) };
};

export const websocket: Transport = {
  ...common,
  name: "websocket",
  summary: "RFC 6455 through ws: JSON texts both ways on one connection, one send() a subscriber",
  packages: ["ws"],
  serve: async (hub, options) => (await import("./server.ts")).serve(hub, options, await plain()),
  connect: async (endpoint, options) =>
    (await import("./client.ts")).connect(endpoint, options, await plain()),
};

export const websocketRaw: Transport = {
  ...common,
  name: "websocket:raw",
  summary: "websocket with broadcasts framed once by the lab and written past ws",
  packages: ["ws"],
  serve: async (hub, options) => (await import("./server.ts")).serve(hub, options, await raw()),
  connect: async (endpoint, options) => (await import("./client.ts")).connect(endpoint, options, await raw()),
};

export const websocketDeflate: Transport = {
  ...common,
  name: "websocket:deflate",
  summary: "websocket with permessage-deflate: fewer bytes for more CPU and memory",
  packages: ["ws"],
  serve: async (hub, options) => (await import("./server.ts")).serve(hub, options, await deflating()),
  connect: async (endpoint, options) =>
    (await import("./client.ts")).connect(endpoint, options, await deflating()),
};

export const websocketFastify: Transport = {
  ...common,
  name: "websocket:fastify",
  summary: "websocket as a fastify route, through @fastify/websocket",
  packages: ["ws", "fastify", "@fastify/websocket"],
  serve: async (hub, options) =>
    (await import("./fastify-server.ts")).serveOnFastify(hub, options, await plain()),
  connect: async (endpoint, options) =>
    (await import("./client.ts")).connect(endpoint, options, await plain()),
};

export const websocketMsgpack: Transport = {
  ...common,
  name: "websocket:msgpack",
  summary: "websocket with MessagePack in binary messages in place of JSON texts",
  packages: ["ws", "@msgpack/msgpack"],
  dissector: async () => (await import("./dissect.ts")).dissectMsgpack,
  serve: async (hub, options) => (await import("./server.ts")).serve(hub, options, await packing()),
  connect: async (endpoint, options) =>
    (await import("./client.ts")).connect(endpoint, options, await packing()),
  example: ({ url }) => [
    `no common tool writes MessagePack; docs/transports/websocket.md has a client for ${url}`,
  ],
};
