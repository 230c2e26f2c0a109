import type { Balancing } from "../../transports/port/entry.ts";

/** One server behind a balancer. */
export interface Node {
  /** In configurations, and the value of the cookie that keeps a session at it. */
  readonly name: string;
  /** `host:port`. */
  readonly address: string;
}

/** What a configuration is made from: the same for the lab's own balancers and for the files in deploy/. */
export interface BalancerPlan {
  /** `host:port`; the host may be `*`. */
  readonly listen: string;
  readonly nodes: readonly Node[];
  readonly balancing: Balancing;
  /** What is not as it should be, to see what breaks. */
  readonly settings?: Partial<BalancerSettings>;
  /** A Unix socket on which the balancer tells how it is. */
  readonly control?: string;
  /** Default: as many as it has processors, where it uses more than one. */
  readonly threads?: number;
}

/** What has to be right for one transport or another. docs/deployment.md has what happens to each when it is not. */
export interface BalancerSettings {
  /** How long a connection may be silent. Longer than interval and time-out of a heartbeat, which are 10 and 5 s. */
  readonly idleSeconds: number;
  /** Connections of clients that are open at once, the rest wait; 0: as many as the files that it may open allow. */
  readonly maxConnections: number;
  /** Every request of a session goes to the node that has it. */
  readonly sticky: boolean;
  /** nginx gathers answers before it passes them on, also where a server asks it not to. */
  readonly buffering: boolean;
  /** nginx speaks HTTP/1.1 to the nodes, and not its default of HTTP/1.0. */
  readonly http11: boolean;
  /** nginx compresses event streams. */
  readonly compression: boolean;
  /** Requests to upgrade the protocol are passed on, to WebSocket. */
  readonly upgrades: boolean;
  /** HTTP/2 is spoken with clients and nodes where the transport is gRPC. */
  readonly http2: boolean;
}

const RIGHT: BalancerSettings = {
  idleSeconds: 60,
  maxConnections: 0,
  sticky: true,
  buffering: false,
  http11: true,
  compression: false,
  upgrades: true,
  http2: true,
};

export function settingsOf({ settings }: BalancerPlan): BalancerSettings {
  return { ...RIGHT, ...settings };
}

/** The cookie that a balancer gives a client and by which it knows it again. */
export const COOKIE = "node";

/**
 * How long a connection between two requests is kept. Nodes tell clients 105 s: who closes a little later than promised never closes a
 * connection that a request is coming on.
 */
export const KEEP_ALIVE_SECONDS = 120;

/** As nodes.ts numbers them in logs and cookies: n1, n2, ... */
export function nodesAt(addresses: readonly string[]): Node[] {
  return addresses.map((address, index) => ({ name: `n${index + 1}`, address }));
}
