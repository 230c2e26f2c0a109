/*
 * tcp: the baseline for the network. JSON texts in length-prefixed frames on a bare socket, nothing else: what the other transports add is
 * their distance to this one. The first frame carries the token. Speaks through node:net. Limits: no browser, no proxy.
 */
import { conversing } from "../conversing/conversing.ts";
import type { TransportEntry, TransportFamily } from "../port/entry.ts";
import { facts } from "./facts.ts";
import { encodeFrame } from "./framing.ts";

export const tcp: TransportEntry = conversing({
  name: "tcp",
  summary: "baseline: length-prefixed JSON frames on a bare socket, without a library",
  packages: [],
  drain: {},
  facts,
  naming: async () => (await import("../dissect/naming.ts")).namePrefixed,
  dissector: async () => (await import("./dissect.ts")).dissect,
  frame: encodeFrame,
  listen: async (options, opened) => (await import("./server.ts")).listen(options, opened),
  dial: async (endpoint, options, opened) => (await import("./client.ts")).dial(endpoint, options, opened),
  example: ({ url }) => [
    `no common tool speaks it; docs/transports/tcp.md has a client for ${url} in 20 lines`,
  ],
});

export const family: TransportFamily = { role: "baseline", transports: [tcp] };
