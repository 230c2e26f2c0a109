import type { Identity } from "../../core/access.ts";
import type { Codec, Encoded } from "../codec/port.ts";
import type { BackEndAnswer, BackEndRequest } from "../http/back-ends.ts";
import type { TransportEntry } from "../port/entry.ts";
import type { Endpoint, TlsIdentity } from "../port/transport.ts";
import type { Connection, DialOptions, Dialogue, Opened, Receiver } from "./dialogue.ts";

/*
 * The port of conversing(): what a transport with messages both ways has to provide. Everything else, from the token to
 * resumption, is the same on each of them, and the lab provides it.
 */

export type { Connection, DialOptions, Opened, Receiver };

/** Answers a request of a back end and returns true; false for any other request. */
export type BackEnds<S> = (request: BackEndRequest<S>, response: BackEndAnswer) => boolean;

export interface ListenOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Proxies to whose own addresses the bound of connections does not apply: see ServeOptions. */
  readonly trustedProxies: readonly string[];
  /** To be told of each connection that is refused for its address or for its page's origin. Never throws. */
  onRefused(this: void, reason: "address-limit" | "origin"): void;
  /** To serve over TLS; a transport that can't ignores it, and its endpoint has no certificate. */
  readonly tls: TlsIdentity | undefined;
  /** No valid message is larger; the transport must not buffer more. */
  readonly maxMessageBytes: number;
  /** Most connections to keep open at once from one remote address, if the transport knows addresses. May be Infinity. */
  readonly maxConnectionsPerAddress: number;
  /** Origins of the pages that may connect, `*` for any. A transport that browsers speak refuses others, but for those of its own host. */
  readonly origins: readonly string[];
  /** How long the transport's own handshake may take until `opened` is called; after that the lab watches the time. */
  readonly handshakeTimeoutMs: number;
  /** Whose token it is. Throws only LabError, with the code to refuse the handshake with: `unauthenticated`, `too_many_sessions`, `internal`. */
  admit(this: void, token: string): Identity;
  /**
   * For a transport over HTTP: answers POST /notifications and POST /read of back ends, and returns false for any other request. `trust` is called
   * with the connection of each whose token holds.
   */
  backEnds<S>(this: void, trust: (socket: S) => void): BackEnds<S>;
  /** A connection on which nothing comes for so long is ended by the lab; an idle time-out of the transport's own has to be longer. */
  readonly silentForMs: number;
  /** Counts and reports an error in the transport itself; never throws. */
  internalError(this: void, error: unknown): void;
}

/** Where the library carries one message to many by itself. */
export interface Topics<Frame> {
  /** Connections that follow it. */
  size(topic: string): number;
  /** Sends the frame once to each of them, behind what it was sent before. */
  publish(topic: string, frame: Frame): void;
}

/** A listening server. */
export interface Listener<Frame = never> {
  readonly endpoint: Endpoint;
  /** For broadcasts, in place of send() on each connection. */
  readonly topics?: Topics<Frame>;
  /** Refuses new connections from now on; those that stand go on. Called at most once, before goodbye(). */
  stopAccepting?(): void;
  /** Called first, and once: accepts no more connections and says goodbye on the others, which are destroyed when it settles. */
  goodbye?(): Promise<unknown>;
  /** Called once, after every connection has been destroyed; settles when nothing listens any more. */
  close(): Promise<unknown>;
}

/** What conversing() turns into a transport; members that a Transport has too mean the same. `Message` is what its codec produces. */
export interface ConversingTransport<Frame, Message extends Encoded = string>
  extends Omit<TransportEntry, "supports" | "serve" | "connect"> {
  /** How messages are encoded. Default: JSON. */
  readonly codec?: (this: void) => Promise<Codec<Message>>;
  /** True if dial() sends the token in its handshake and listen() passes on the identity. Default: the first message carries it. */
  readonly handshake?: boolean;
  /** Makes a message ready to be sent; called once for a broadcast, however many subscribers get it. */
  frame(this: void, message: Message): Frame;
  /** Calls `opened` for each connection, until it is closed. Rejects when it can't listen, which counts as `unreachable`. */
  listen(this: void, options: ListenOptions, opened: Opened<Frame>): Promise<Listener<Frame>>;
  /** Settles once it has called `opened` for its connection; rejects if there is none, with `unreachable` unless the error has a code. */
  dial(this: void, endpoint: Endpoint, options: DialOptions, opened: Opened<Frame>): Promise<void>;
}

/** The transport as client and server of the kit use it. */
export interface Speech<Frame> extends Dialogue<Frame>, Pick<ConversingTransport<Frame>, "listen"> {}
