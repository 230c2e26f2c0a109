import type { DissectorFactory, Naming } from "../dissect/dissector.ts";
import type { Marker } from "./markers.ts";
import type { Endpoint, Transport } from "./transport.ts";

/** A transport as the lab lists, measures and shows it: the port, and beside it what is known of the transport. */
export interface TransportEntry extends Transport {
  /** One line for `notif-lab list`. */
  readonly summary: string;
  /** npm packages on the measured path, whose versions go into every report. */
  readonly packages: readonly string[];
  /** What else is on it: a program that serves in a process of its own. Its version goes into every report, too. */
  readonly program?: string;
  /** For `notif-lab serve`: lines an outside client can paste. */
  example(endpoint: Endpoint, token: string): readonly string[];
  /** Tells what each byte of a connection is for; absent where there is no network. */
  readonly dissector?: () => Promise<DissectorFactory>;
  /** The names that the protocol has for what is sent, for journeys; without it nothing is named. */
  readonly naming?: () => Promise<Naming>;
  /** Sockets that a client has open at most; default 1. */
  readonly socketsPerClient?: number;
  /**
   * How its subscribers are drained below their clients: bodies come as plain UTF-8, through Node's sockets or HTTP/2 streams, and what comes
   * has to be answered in no other way than this says. Without, every subscriber has a client.
   */
  readonly drain?: Drainage;
  /** What a load balancer in front of it must know; default: bytes over TCP, one connection a client. */
  readonly balancing?: Balancing;
  /**
   * Its library carries events between nodes, over the Redis of `ServeOptions.redis`: serve() rejects with `unsupported` without one. The hubs
   * of its nodes have no backplane, so that a channel's numbers, receipts and what is kept for resumption are each node's own.
   */
  readonly onRedis?: true;
  /** Its heartbeat interval is rounded up to a multiple of this; default 1. */
  readonly heartbeatStepMs?: number;
  /** Its clients ask so often, whether there is anything or not; so long an event may wait. Absent where nothing has to be asked for. */
  readonly pollEveryMs?: number;
  /** Its server runs already and is not the lab's: nothing of it can be seen but what comes to its clients. */
  readonly external?: true;
  /**
   * Its server is native code, in this process or in one of its own (TransportServer.processes): Node.js sees neither its sockets nor what they hold, so bytes are counted on the clients' sockets, and of memory
   * only what is resident is told.
   */
  readonly native?: true;
  /**
   * Of a variant that attackers meet as another thing than its transport, so that all attacks are tried on it and no sample: its server shares
   * no code with that of its transport, or it speaks another protocol, on which all or some attacks are others.
   */
  readonly attackedAs?: "another server" | "another protocol";
  /** What has to be installed before its server can run here, in one line that says how; undefined where nothing is missing. Absent where it is everywhere. */
  readonly missing?: () => Promise<string | undefined>;
  /** What reports say of it beside its figures; a transport without them is grey, and its traits are unknown. */
  readonly facts?: TransportFacts;
  /** The same of it over TLS, where something is otherwise then. */
  readonly factsOverTls?: TransportFacts;
  /** Why it is not there over TLS, in words that follow its name. */
  readonly clearOnly?: string;
}

export interface Balancing {
  /** `http`: HTTP/1.1, with upgrades; `grpc`: HTTP/2 without TLS; `tcp`: bytes that are passed on unread. */
  readonly mode: "http" | "grpc" | "tcp";
  /** Requests of one session come on several connections, and all of them must reach the node that has it. Clients keep a cookie for that. */
  readonly sticky?: boolean;
  /** In mode `tcp`: what a node is sent, and how its answer begins, to see that it not only accepts connections. Both in hexadecimal digits. */
  readonly probe?: { readonly send: string; readonly expect: string };
}

export interface Drainage {
  /** The next request on a connection, given the one before and what came for it; undefined while that is not complete. Default: none is needed. */
  readonly answer?: (request: string, response: string) => string | undefined;
}

/** What reports know of a transport. It travels in the results, so it is plain data. */
export interface TransportFacts {
  /** True of what shows what the others stand on, and is not there to be chosen. */
  readonly baseline?: boolean;
  /** A colour (`#rrggbb`) that holds for the common colour-blindnesses beside the others, and a marker of its own; variants share both. */
  readonly look?: { readonly color: string; readonly marker: Marker };
  /** Answers to what one may ask of a transport before any figure counts. */
  readonly traits?: Readonly<Partial<Record<Trait, Answer>>>;
}

export type Trait = "browser" | "bidirectional" | "binary" | "proxies" | "resumption" | "offline";

/** Whether it does what is asked, in one line with its source; docs/deciding.md has the addresses. */
export interface Answer {
  readonly meets: "yes" | "no";
  readonly reason: string;
}

/** What a folder brings to the registry. */
export interface TransportFamily {
  /** `default`: compared unless others are named. `named`: compared when named. `baseline`: for comparison only, and listed last. */
  readonly role: "default" | "named" | "baseline";
  /** The transport of the folder's name, then its variants. */
  readonly transports: readonly [TransportEntry, ...TransportEntry[]];
  /** Those that can't serve without a Redis; see TransportEntry.onRedis. */
  readonly onRedis?: readonly TransportEntry[];
  /** Those whose server needs what is not everywhere; see TransportEntry.missing. */
  readonly ifInstalled?: readonly TransportEntry[];
  /** A variant of which there are too many to list: that of this name behind the folder's and a colon, if there is one. */
  readonly further?: (variant: string) => TransportEntry | undefined;
}

export const yes = (reason: string): Answer => ({ meets: "yes", reason });
export const no = (reason: string): Answer => ({ meets: "no", reason });

/** How a transport resumes, where the conformance suite proves that it does. */
export const resumes = (how: string): Answer => yes(`${how}; the lab's conformance suite proves it`);
export const NOT_KEPT = no(
  "the protocol keeps nothing for who is away; resumption reaches as far as the replay window",
);
export const NEEDS_UPGRADE = no(
  "every hop must let the upgrade pass, or a CONNECT tunnel stand (RFC 6455, 4.1; RFC 9110, 7.8)",
);
