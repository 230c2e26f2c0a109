import type { Node } from "../harness/engines/balancer-plan.ts";
import type { TransportEntry } from "../transports/port/entry.ts";
import { defaultTransports, findTransport } from "../transports/registry.ts";

/** What the files in this folder agree on. */
export const IMAGE = "notif-lab:local";
/** The same with the libraries that agents need. */
export const AGENTS_IMAGE = "notif-lab:agents";
/** How many of them there are in Kubernetes. */
export const AGENTS = 3;
export const NODE_PORT = 4000;
export const CLIENT_PORT = 8080;
/** Where a node answers /metrics, /healthz and /readyz; not for the world outside. */
export const METRICS_PORT = 9464;
/** Over so long a node that is to end tells its clients to move. */
export const DRAIN_SECONDS = 10;
export const NODE_COUNT = 3;
/** Connections of clients that one balancer holds. */
export const MAX_CONNECTIONS = 20_000;
/** In Kubernetes: connections a pod should have on average. */
export const CONNECTIONS_A_POD = 2_000;

/** As services of compose.yaml are named. */
export const NODES: readonly Node[] = Array.from({ length: NODE_COUNT }, (_, index) => ({
  name: `node${index + 1}`,
  address: `node${index + 1}:${NODE_PORT}`,
}));

/** What `notif-lab` is started with in a container. */
export function serveArguments(transport: string): string[] {
  const flags: Readonly<Record<string, string | number>> = {
    host: "0.0.0.0",
    port: NODE_PORT,
    // Behind a balancer all clients have one address.
    "connections-per-address": 100_000,
    // What a client can resume from when it comes back, at another node if need be.
    replay: 1_000,
    metrics: METRICS_PORT,
    "metrics-host": "0.0.0.0",
    drain: DRAIN_SECONDS,
    log: "json",
  };
  return [
    "serve",
    transport,
    ...Object.entries(flags).flatMap(([name, value]) => [`--${name}`, String(value)]),
  ];
}

const polling = findTransport("socketio:polling");

/** Those that are compared, and the variant that needs more of a balancer. */
export const DEPLOYED: readonly TransportEntry[] = [...defaultTransports, ...(polling ? [polling] : [])];

/** In names of files, services and Kubernetes objects. */
export function fileName({ name }: Pick<TransportEntry, "name">): string {
  return name.replaceAll(":", "-");
}
