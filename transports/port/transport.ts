import type { LabError } from "../../core/errors.ts";
import type { HeartbeatSettings } from "../../core/heartbeat.ts";
import type { Hub } from "../../core/hub.ts";
import type { Accepted, Draft, HubEvent } from "../../core/notification.ts";

/** What a transport claims; the conformance suite proves each claim, and its opposite where the claim is not made. */
export interface Capabilities {
  /** subscribe() takes a cursor and replays what the hub still holds. */
  readonly resume: boolean;
  /** Its library restores what a lost connection followed, and sends what that missed, for who comes back soon; no cursor is needed. */
  readonly recovers?: true;
  /** Runs over a socket, so that it can be cut, stalled and probed; false only for the in-process baseline. */
  readonly network: boolean;
  /**
   * Its library shows a connection only once it has asked for something: what asks for nothing is ended by the library after a time of its own, 10
   * to 16 s, whatever `handshakeTimeoutMs` says, and does not count for `maxConnectionsPerAddress`.
   */
  readonly unseenUntilAsking?: true;
  /**
   * Its clients' connections are those of a broker of another make. That has bounds of its own: by messages and not by bytes, and none for a
   * connection that says nothing.
   */
  readonly viaBroker?: true;
  /** What the server does to a subscriber whose unread events reach `maxBufferedBytes`. */
  readonly slowConsumer: "disconnect" | "drop-oldest" | "none";
}

/** Where a server listens; `url` has a scheme that names the transport's protocol, such as `ws://127.0.0.1:4321`. */
export interface Endpoint {
  readonly url: string;
  /** PEM; the one certificate that clients are to trust. Absent where the transport is in the clear. */
  readonly certificate?: string;
}

/** What a server shows over TLS, both in PEM. */
export interface TlsIdentity {
  readonly key: string;
  readonly cert: string;
}

/** `address-limit`: its address has too many. `origin`: a page that may not connect. */
export type Refusal = "address-limit" | "origin";

export interface ServeOptions {
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default 0: any free port. */
  readonly port?: number;
  /** Unread bytes that the server holds for one subscriber before its slow-consumer policy applies. Default 1 MiB. */
  readonly maxBufferedBytes?: number;
  /** How long a connection may stand without a session, whatever it sends, and how long a request may take to come in. Default 10,000. */
  readonly handshakeTimeoutMs?: number;
  /** Connections open at once from one remote address, and on which nobody has been let in; Infinity lifts it. Default 1,000. */
  readonly maxConnectionsPerAddress?: number;
  /**
   * Origins of the pages that may use the server from a browser, such as `https://app.example`; `*` for any. Counts where browsers reach: HTTP
   * and WebSocket. Default: none but those of the server's own host; who is no browser needs no origin.
   */
  readonly origins?: readonly string[];
  /**
   * Proxies (addresses, ranges such as 10.0.0.0/8, `loopback`) to which `maxConnectionsPerAddress` does not apply. Over HTTP it applies to each
   * address that they name in `X-Forwarded-For`. Default: none.
   */
  readonly trustedProxies?: readonly string[];
  /** Told of each connection that is refused before anybody could show a token on it, and why. Must not throw. */
  readonly onRefused?: (reason: Refusal) => void;
  /** Of a transport whose library carries events between nodes: the Redis for it, and what its keys and channels begin with. */
  readonly redis?: { readonly url: string; readonly prefix: string };
  /** Serve over TLS 1.3 with this identity, and show its certificate in the endpoint. Default: in the clear. */
  readonly tls?: TlsIdentity;
}

export interface ReconnectPolicy {
  /** 0 turns reconnection off. */
  readonly attempts: number;
  readonly delayMs: number;
  /** Each delay is scaled by a random factor in 1 +- jitter. */
  readonly jitter: number;
}

export interface ConnectOptions {
  readonly token: string;
  /** Default 5 attempts, 1,000 ms apart, jitter 0.3. */
  readonly reconnect?: ReconnectPolicy;
  /** Default: probe after 10 s, give up 5 s later. */
  readonly heartbeat?: HeartbeatSettings;
  /** How often a client asks whose transport can't do but ask at intervals; the heartbeat's interval if that is shorter. Default: the transport's. */
  readonly pollEveryMs?: number;
  /** Default 10,000. */
  readonly connectTimeoutMs?: number;
  /** How long publish, subscribe and markRead wait for an answer. Default 10,000. */
  readonly requestTimeoutMs?: number;
  /** Aborts a connect() in progress, which then rejects with `closed` and leaves nothing behind. */
  readonly signal?: AbortSignal;
  /** Local address to connect from, to spread many clients over 127.0.0.0/8. */
  readonly localAddress?: string;
  /** Told when the connection is lost and when it stands again with every subscription restored. */
  readonly onState?: (state: ConnectionState) => void;
}

export type ConnectionState =
  | { readonly state: "reconnecting"; readonly reason: CloseReason }
  /**
   * `missed`: channels whose events during the gap could not all be replayed; all of them on a transport without resume. Told without a
   * `reconnecting` before it when the connection stood and the server has lost events.
   */
  | { readonly state: "connected"; readonly missed: readonly string[] };

/** Why a client is over: `closed` by its own close(), else the error that ended it. */
export interface CloseReason {
  readonly code: LabError["code"];
  readonly message: string;
}

/** Called once per event in channel order, in the tick the library hands it over; must not throw. */
export type OnEvent = (event: HubEvent) => void;

export interface Subscription {
  /** The channel's last sequence number when the subscription began. */
  readonly seq: number;
  /** Resuming from here replays all that follows this subscription; undefined on a transport without resume. */
  readonly cursor: string | undefined;
  /** True when events after the given cursor could not be replayed. */
  readonly missed: boolean;
}

export interface TransportClient {
  /**
   * Settles when the server has acknowledged; replayed events follow. `after` is the id of the last event seen.
   * Rejects with the hub's codes, `unsupported` for a cursor on a transport without resume, `timeout`, `closed`.
   */
  subscribe(channel: string, onEvent: OnEvent, after?: string): Promise<Subscription>;
  /** Settles with the hub's acceptance. Rejects with the hub's codes, `timeout`, `closed`; never queues while disconnected. */
  publish(draft: Draft): Promise<Accepted>;
  /** Settles when the hub has noted it. Rejects with `unknown_notification`, `timeout`, `closed`. */
  markRead(id: string): Promise<void>;
  /** Settles once, when the client is over for good; never rejects. */
  readonly closed: Promise<CloseReason>;
  /** Idempotent; settles when nothing of the client is left open. */
  close(): Promise<void>;
}

export interface TransportServer {
  readonly endpoint: Endpoint;
  /** Processes beside its own that serve, by number: they count as the server's. Absent where there are none. */
  processes?(): readonly number[];
  /** Rejects when it can serve no more without having been closed: what serves in a process of its own has ended. Absent where nothing does. */
  readonly died?: Promise<never>;
  /** Refuses new connections from now on, for good; those that stand go on. Absent where a server can't. */
  stopAccepting?(): void;
  /** Idempotent; ends every connection and settles when nothing listens any more. */
  close(): Promise<void>;
}

/** What is compared: how a server and a client of one transport, or of one variant of it, come to be. */
export interface Transport {
  /** `transport` or `transport:variant`. */
  readonly name: string;
  readonly supports: Capabilities;
  /** Rejects with `unreachable` when the port can't be had. */
  serve(hub: Hub, options?: ServeOptions): Promise<TransportServer>;
  /** Rejects with `unauthenticated`, `unreachable`, `timeout`, or `closed` when aborted. */
  connect(endpoint: Endpoint, options: ConnectOptions): Promise<TransportClient>;
}
