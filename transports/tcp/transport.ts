/*
 * tcp: the floor for the wire. JSON texts in length-prefixed frames on a bare socket, nothing else: what the other wires add is
 * their distance to this one. The first frame carries the token. Speaks through node:net. Limits: no browser, no proxy.
 */
import type { Transport } from "../transport.ts";

export const tcp: Transport = {
  name: "tcp",
  summary: "floor: length-prefixed JSON frames on a bare socket",
  supports: { resume: true, network: true, slowConsumer: "disconnect" },
  packages: [],
  dissector: async () => (await import("./dissect.ts")).dissect,
  serve: async (hub, options) => (await import("./server.ts")).serve(hub, options),
  connect: async (endpoint, options) => (await import("./client.ts")).connect(endpoint, options),
  example: ({ url }) => [
    `no common tool speaks it; docs/transports/tcp.md has a client for ${url} in 20 lines`,
  ],
};
