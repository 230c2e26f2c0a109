import type { Identity } from "../../core/access.ts";
import type { LabError } from "../../core/errors.ts";
import { bytesOf, type Codec, type Encoded } from "../codec/codec.ts";
import type { TransportEntry } from "../port/entry.ts";
import type { Endpoint, TlsIdentity } from "../port/transport.ts";

/*
 * The port of conversing(): what a wire that carries messages both ways has to say of itself. All else, from the token to
 * resumption, is the same on each of them and is the lab's.
 */

/** One standing connection, as the wire hands it over. A function of it that throws ends this connection, and is counted as `internal`. */
export interface Connection<Frame> {
  /** Sends one message behind those before it; never called after end() or destroy(). */
  send(frame: Frame): void;
  /** Bytes that were sent and have not left this process: whether a subscriber is too slow is judged by them. */
  bufferedBytes(): number;
  /** Ends the connection when what was sent is out. */
  end(): void;
  /** Ends it at once and leaves nothing open; may be called again, and after end() and close(). */
  destroy(): void;
  /**
   * Asks the peer for a sign of life in the wire's own way, whose answer is reported as alive(). Where there is none, messages do it. Never
   * called after end() or destroy().
   */
  ping?(): void;
  /** Ends the connection and tells its client why in the wire's own way. Where there is none, a message tells it, and end() follows. */
  close?(reason: LabError): void;
}

/** Where the wire reports what a connection brings. These never throw, and may be passed on as functions. */
export interface Receiver {
  /** One whole message came, as `frame` was given it on the other side: the text, or its bytes. */
  message(this: void, message: Encoded): void;
  /** Something came that is no whole message yet; spares a slow sender of a long message the heartbeat's time-out. */
  alive(this: void): void;
  /** Ends the connection because of an error. One with the code `malformed` is told to the peer before. */
  failed(this: void, error: unknown): void;
  /** The connection is gone, whoever ended it. Follows every destroy(); nothing else is reported behind it. */
  closed(this: void): void;
}

/**
 * To be called once a connection, in the tick in which it stands. A server's wire whose handshake brings the token says whom admit() has let
 * in with it; of any other, the first message has to bring a token.
 */
export type Opened<Frame> = (connection: Connection<Frame>, identity?: Identity) => Receiver;

export interface ListenOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** To serve over TLS; a wire that can't leaves it, and its endpoint shows no certificate. */
  readonly tls: TlsIdentity | undefined;
  /** No peer has a reason to send more at once; the wire is to hold no more. */
  readonly maxMessageBytes: number;
  /** Connections to keep open at once from one remote address, where the wire knows addresses. May be Infinity. */
  readonly maxConnectionsPerAddress: number;
  /** How long a handshake of the wire's own may take until `opened` is called; what stands and waits for its token is not the wire's to watch. */
  readonly handshakeTimeoutMs: number;
  /** Whose token it is. Throws LabError alone, with the code to refuse the handshake with: `unauthenticated`, `too_many_sessions`, `internal`. */
  admit(this: void, token: string): Identity;
  /** Counts and reports an error that is nobody's but the wire's own; never throws. */
  fault(this: void, error: unknown): void;
}

/** A wire that listens. */
export interface Listener {
  readonly endpoint: Endpoint;
  /** Called first, and once: takes nobody any more and tells those who are there, whose connections are destroyed when it settles. */
  goodbye?(): Promise<unknown>;
  /** Called once, when every connection has been destroyed; settles when nothing listens any more. */
  close(): Promise<unknown>;
}

export interface DialOptions {
  readonly localAddress: string | undefined;
  /** When it aborts, dial() must reject and leave nothing open. It is not aborted before, nor once the client is connected. */
  readonly signal: AbortSignal;
  /** For a handshake that brings it. */
  readonly token: string;
  /** No server sends more at once; the wire is to hold no more. */
  readonly maxMessageBytes: number;
}

/** A wire of conversing(); what it has in common with a Transport is meant as there. `Message` is what its codec writes. */
export interface ConversingWire<Frame, Message extends Encoded = string>
  extends Omit<TransportEntry, "supports" | "serve" | "connect"> {
  /** How messages are written down. Default: JSON. */
  readonly codec?: (this: void) => Promise<Codec<Message>>;
  /** True when dial() brings the token and listen() says whom it let in. Default: the first message brings it. */
  readonly handshake?: boolean;
  /** Makes a message ready to be sent; called once a broadcast, whoever gets it. */
  frame(this: void, message: Message): Frame;
  /** Hands over each connection that comes, until it is closed. Rejects when it can't listen, which counts as `unreachable`. */
  listen(this: void, options: ListenOptions, opened: Opened<Frame>): Promise<Listener>;
  /** Settles when it has handed over one connection; rejects when there is none, with `unreachable` unless the error has a code. */
  dial(this: void, endpoint: Endpoint, options: DialOptions, opened: Opened<Frame>): Promise<void>;
}

/** The wire as both halves of the kit use it. */
export interface Speech<Frame> extends Pick<ConversingWire<Frame>, "listen" | "dial"> {
  readonly codec: Codec;
  readonly handshake: boolean;
  /** Heartbeats on wires without a ping of their own; byte for byte so. */
  readonly ping: Encoded;
  readonly pong: Encoded;
  frame(this: void, message: Encoded): Frame;
}

/** Whether two messages have the same bytes, of which one is ASCII. */
export function isSame(message: Encoded, other: Encoded): boolean {
  return message.length === other.length && bytesOf(message).equals(bytesOf(other));
}
