/*
 * loopback: the baseline for the core, and the test double. Client and server are objects of one process; an event reaches its
 * subscriber in a microtask, unencoded. Limits: one process, so nothing to cut, stall or meter, and no bound to reach.
 */
import type { TransportEntry, TransportFamily } from "../port/entry.ts";
import type { Capabilities } from "../port/transport.ts";
import { facts } from "./facts.ts";

const supports: Capabilities = { resume: true, network: false, slowConsumer: "none" };

export const loopback: TransportEntry = {
  name: "loopback",
  summary: "baseline: function calls inside one process",
  supports,
  facts,
  packages: [],
  serve: async (hub, options) => (await import("./server.ts")).serve(hub, options),
  connect: async (endpoint, options) => (await import("./client.ts")).connect(endpoint, options, supports),
  example: () => ["nothing outside this process can reach it"],
};

export const family: TransportFamily = { role: "baseline", transports: [loopback] };
