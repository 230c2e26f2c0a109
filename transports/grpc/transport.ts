/*
 * grpc: one HTTP/2 connection a client and on it one bidirectional stream of protobuf messages (notif.proto), the token in the
 * metadata of the call. A broadcast is serialised once; @grpc/grpc-js then frames the same bytes for each stream. Speaks through
 * @grpc/grpc-js with code that ts-proto generated on @bufbuild/protobuf. grpc:web has the same messages by gRPC-Web over HTTP/1.1 (web.proto), on fastify and
 * framed by the lab: connect-node would encode an event for each stream anew, and knows no bound in bytes. Limits: browsers can't speak it, and use grpc:web; flow control
 * hides a slow reader, who is cut off; a cut takes the whole connection when several calls share it.
 */
import { fileURLToPath } from "node:url";
import type { TransportEntry, TransportFamily } from "../port/entry.ts";
import { facts, overWeb } from "./facts.ts";
import { supports } from "./supports.ts";

/** Where notif.proto is: beside this module, or beside its source, which the package has as well, when this one was built. */
const folder = fileURLToPath(
  new URL(import.meta.url.endsWith(".ts") ? "." : "../../../transports/grpc/", import.meta.url),
);

export const grpc: TransportEntry = {
  name: "grpc",
  summary: "gRPC through @grpc/grpc-js: protobuf on a bidirectional stream, one write() per subscriber",
  supports,
  facts,
  naming: async () => (await import("../dissect/naming.ts")).nameHttp2,
  drain: {},
  balancing: { mode: "grpc" },
  packages: ["@grpc/grpc-js", "@bufbuild/protobuf"],
  dissector: async () => (await import("./dissect.ts")).dissect,
  serve: async (hub, options) => (await import("./server.ts")).serve(hub, options),
  connect: async (endpoint, options) => (await import("./client.ts")).connect(endpoint, options, supports),
  example: ({ url }, token) => [
    `grpcurl -plaintext -import-path ${folder} -proto notif.proto -H "authorization: Bearer ${token}" -d @ ${new URL(url).host} notiflab.v1.Notifications/Connect`,
    `then type: {"ref":1,"subscribe":{"channel":"topic/news"}}`,
    `and:       {"ref":2,"publish":{"channel":"topic/news","body":"hello"}}`,
  ],
};

export const grpcWeb: TransportEntry = {
  name: "grpc:web",
  summary:
    "gRPC-Web, as pages can speak it: a call with a stream down, and one for each request, over HTTP/1.1",
  supports,
  facts: { ...facts, traits: { ...facts.traits, ...overWeb } },
  naming: async () => (await import("../dissect/naming.ts")).nameHttp1,
  drain: {},
  balancing: { mode: "http", sticky: true },
  socketsPerClient: 2,
  attackedAs: "another protocol",
  packages: ["fastify", "@bufbuild/protobuf", "undici"],
  dissector: async () => (await import("./web-dissect.ts")).dissectWeb,
  serve: async (hub, options) => (await import("./web-server.ts")).serve(hub, options),
  connect: async (endpoint, options) =>
    (await import("./web-undici.ts")).connect(endpoint, options, supports),
  example: ({ url }, token) => [
    `npx @bufbuild/buf curl --protocol grpcweb --schema ${folder} -H "authorization: Bearer ${token}" -d '{"channels":["topic/news"]}' ${url}/notiflab.v1.Web/Follow`,
    `npx @bufbuild/buf curl --protocol grpcweb --schema ${folder} -H "authorization: Bearer ${token}" -d '{"channel":"topic/news","body":"hello"}' ${url}/notiflab.v1.Web/Publish`,
  ],
};

export const family: TransportFamily = { role: "default", transports: [grpc, grpcWeb] };
