import type { Identity } from "../../core/access.ts";
import type { LabError } from "../../core/errors.ts";
import { bytesOf, type Codec, type Encoded } from "../codec/codec.ts";
import type { TransportEntry } from "../port/entry.ts";
import type { Endpoint, TlsIdentity } from "../port/transport.ts";

/*
 * The port of conversing(): what a transport with messages both ways has to provide. Everything else, from the token to
 * resumption, is the same on each of them, and the lab provides it.
 */

/** One established connection, as the transport provides it. If one of its functions throws, this connection ends, which counts as `internal`. */
export interface Connection<Frame> {
  /** Sends one message after the earlier ones; never called after end() or destroy(). */
  send(frame: Frame): void;
  /** Bytes that were sent and have not left this process; they decide whether a subscriber is too slow. */
  bufferedBytes(): number;
  /** Ends the connection after what was sent has gone out. */
  end(): void;
  /** Ends it at once and leaves nothing open; may be called again, and after end() and close(). */
  destroy(): void;
  /**
   * Sends the transport's own heartbeat, whose answer is reported as alive(). If absent, messages are used. Never called after end() or
   * destroy().
   */
  ping?(): void;
  /** Ends the connection with the transport's own reason code. If absent, an error message is sent, followed by end(). */
  close?(reason: LabError): void;
}

/** What the transport calls as things arrive on a connection. These never throw, and may be passed on as functions. */
export interface Receiver {
  /** One whole message arrived, as it was given to `frame` on the other side: the text, or its bytes. */
  message(this: void, message: Encoded): void;
  /** A part of a message arrived; keeps a slow sender of a long message from the heartbeat's time-out. */
  alive(this: void): void;
  /** Ends the connection because of an error. If its code is `malformed`, the peer gets it first. */
  failed(this: void, error: unknown): void;
  /** The connection is gone, whoever ended it. Follows every destroy(); nothing else is reported afterwards. */
  closed(this: void): void;
}

/**
 * To be called once for each connection, in the tick in which it is established. A server whose handshake carries the token passes the identity
 * that admit() returned; without one, the first message has to carry a token.
 */
export type Opened<Frame> = (connection: Connection<Frame>, identity?: Identity) => Receiver;

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
  /** Counts and reports an error in the transport itself; never throws. */
  internalError(this: void, error: unknown): void;
}

/** A listening server. */
export interface Listener {
  readonly endpoint: Endpoint;
  /** Refuses new connections from now on; those that stand go on. Called at most once, before goodbye(). */
  stopAccepting?(): void;
  /** Called first, and once: accepts no more connections and says goodbye on the others, which are destroyed when it settles. */
  goodbye?(): Promise<unknown>;
  /** Called once, after every connection has been destroyed; settles when nothing listens any more. */
  close(): Promise<unknown>;
}

export interface DialOptions {
  readonly localAddress: string | undefined;
  /** When it aborts, dial() must reject and leave nothing open. It is not aborted before, nor once the client is connected. */
  readonly signal: AbortSignal;
  /** For a handshake that carries it. */
  readonly token: string;
  /** No server sends a larger message; the transport must not buffer more. */
  readonly maxMessageBytes: number;
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
  listen(this: void, options: ListenOptions, opened: Opened<Frame>): Promise<Listener>;
  /** Settles once it has called `opened` for its connection; rejects if there is none, with `unreachable` unless the error has a code. */
  dial(this: void, endpoint: Endpoint, options: DialOptions, opened: Opened<Frame>): Promise<void>;
}

/** The transport as client and server of the kit use it. */
export interface Speech<Frame> extends Pick<ConversingTransport<Frame>, "listen" | "dial"> {
  readonly codec: Codec;
  readonly handshake: boolean;
  /** Heartbeats on transports without a ping of their own; compared byte by byte. */
  readonly ping: Encoded;
  readonly pong: Encoded;
  frame(this: void, message: Encoded): Frame;
}

/** Whether two messages have the same bytes, of which one is ASCII. */
export function isSame(message: Encoded, other: Encoded): boolean {
  return message.length === other.length && bytesOf(message).equals(bytesOf(other));
}
