/*
 * websocket: one RFC 6455 connection a client, JSON texts both ways, the token in the upgrade request. Speaks through ws as its
 * documentation says: a broadcast is encoded once, and each subscriber gets it by one send(). The variant websocket:raw frames it once
 * as well and writes the same bytes to every socket, past ws, and its answers alike; websocket:fastify is the same service as a fastify route,
 * websocket:msgpack has the same maps in MessagePack, websocket:deflate compresses every message (RFC 7692) per connection, and websocket:nagle has no TCP_NODELAY. Limits:
 * backpressure is invisible to the protocol, so a slow reader is cut off; proxies must allow the upgrade.
 */

import { LabError } from "../../core/errors.ts";
import { bytesOf, type Codec, type Encoded, json } from "../codec/codec.ts";
import { conversing } from "../conversing/conversing.ts";
import type { ConversingTransport } from "../conversing/port.ts";
import { supports } from "../conversing/supports.ts";
import type { TransportEntry, TransportFamily } from "../port/entry.ts";
import { facts } from "./facts.ts";
import { encodeFrame } from "./framing.ts";
import type { Variant } from "./server.ts";
import { missingUws, UWS_PACKAGE } from "./uws-library.ts";

type Transport = ConversingTransport<Buffer, Encoded>;

const common = {
  drain: {},
  balancing: { mode: "http" },
  facts,
  naming: async () => (await import("../dissect/naming.ts")).nameHttp1,
  packages: ["ws"],
  dissector: async () => (await import("./dissect.ts")).dissect,
  example: ({ url }, token) => [
    `npx wscat -c "${url}" -H "Authorization: Bearer ${token}"`,
    `then type: {"op":"subscribe","ref":1,"channel":"topic/news"}`,
    `and:       {"op":"publish","ref":2,"channel":"topic/news","body":"hello"}`,
  ],
} satisfies Partial<Transport>;

/** The codec for frames of its own kind alone: text, or binary. */
function ownFrames(codec: Codec): Codec {
  const reason = codec.binary
    ? "send binary frames; this protocol is MessagePack"
    : "send text frames; this protocol is JSON";
  const parse: Codec["parse"] = (message) => {
    if ((typeof message !== "string") !== codec.binary) throw new LabError("malformed", reason);
    return codec.parse(message);
  };
  return { ...codec, parse };
}

const PLAIN: Variant = { deflate: false, binary: false, raw: false, nagle: false };

/** What a variant of the transport does on both ends. */
function speaking(differing: Partial<Variant>) {
  const variant: Variant = { ...PLAIN, ...differing };
  const { binary, raw } = variant;
  return {
    handshake: true,
    codec: async () => ownFrames(binary ? (await import("../codec/msgpack.ts")).msgpack : json),
    frame: raw ? encodeFrame : bytesOf,
    listen: async (options, opened) => (await import("./server.ts")).listen(options, opened, variant),
    dial: async (endpoint, options, opened) =>
      (await import("./client.ts")).dial(endpoint, options, opened, variant),
  } satisfies Partial<Transport>;
}

export const websocket: TransportEntry = conversing<Buffer, Encoded>({
  ...common,
  ...speaking({}),
  name: "websocket",
  summary: "RFC 6455 through ws: JSON texts both ways on one connection, one send() per subscriber",
});

export const websocketRaw: TransportEntry = {
  ...conversing<Buffer, Encoded>({
    ...common,
    ...speaking({ raw: true }),
    name: "websocket:raw",
    summary: "websocket with broadcasts framed once by the lab and written past ws",
  }),
  // Only a server has the same frame for many.
  connect: websocket.connect,
};

const { drain: _, ...compressed } = common;

export const websocketDeflate: TransportEntry = conversing<Buffer, Encoded>({
  ...compressed,
  ...speaking({ deflate: true }),
  name: "websocket:deflate",
  summary: "websocket with permessage-deflate: fewer bytes for more CPU and memory",
});

export const websocketFastify: TransportEntry = conversing<Buffer, Encoded>({
  ...common,
  ...speaking({}),
  name: "websocket:fastify",
  summary: "websocket as a fastify route, through @fastify/websocket",
  packages: ["ws", "fastify", "@fastify/websocket"],
  listen: async (options, opened) =>
    (await import("./fastify-server.ts")).listenOnFastify(options, opened, PLAIN),
});

export const websocketMsgpack: TransportEntry = conversing<Buffer, Encoded>({
  ...common,
  ...speaking({ binary: true }),
  name: "websocket:msgpack",
  summary: "websocket with MessagePack in binary messages in place of JSON texts",
  packages: ["ws", "@msgpack/msgpack"],
  dissector: async () => (await import("./dissect.ts")).dissectMsgpack,
  example: ({ url }) => [
    `no common tool writes MessagePack; docs/transports/websocket.md has a client for ${url}`,
  ],
});

export const websocketNagle: TransportEntry = conversing<Buffer, Encoded>({
  ...common,
  ...speaking({ nagle: true }),
  name: "websocket:nagle",
  summary:
    "websocket without TCP_NODELAY, as where nobody has set it: small messages wait for acknowledgements",
});

export const websocketUws: TransportEntry = {
  ...conversing<Buffer, Encoded>({
    ...common,
    ...speaking({}),
    name: "websocket:uws",
    summary: "websocket served by uWebSockets.js, a native addon that is installed apart, in place of ws",
    packages: ["ws", UWS_PACKAGE],
    native: true,
    attackedAs: "another server",
    missing: missingUws,
    listen: async (options, opened) => (await import("./uws-server.ts")).listenOnUws(options, opened),
  }),
  supports: { ...supports, unseenUntilAsking: true },
  clearOnly: "is not served over TLS: its library can't ask for TLS 1.3 at the least",
};

export const family: TransportFamily = {
  role: "default",
  transports: [websocket, websocketRaw, websocketDeflate, websocketFastify, websocketMsgpack, websocketNagle],
  ifInstalled: [websocketUws],
};
