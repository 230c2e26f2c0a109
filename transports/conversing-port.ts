import type { Endpoint, TlsIdentity, Transport } from "./transport.ts";

/*
 * The port of conversing(): what a wire that carries messages both ways has to say of itself. All else, from the token to
 * resumption, is the same on each of them and is the lab's.
 */

/** Heartbeats of the dialogue, byte for byte so. */
export const PING = '{"op":"ping"}';
export const PONG = '{"op":"pong"}';

/** One standing connection, as the wire hands it over. A function of it that throws ends this connection, and is counted as `internal`. */
export interface Connection<Frame> {
  /** Sends one message behind those before it; never called after end() or destroy(). */
  send(frame: Frame): void;
  /** Bytes that were sent and have not left this process: whether a subscriber is too slow is judged by them. */
  bufferedBytes(): number;
  /** Ends the connection when what was sent is out. */
  end(): void;
  /** Ends it at once and leaves nothing open; may be called again, and after end(). */
  destroy(): void;
}

/** Where the wire reports what a connection brings. These never throw, and may be passed on as functions. */
export interface Receiver {
  /** One whole message came: JSON, as `frame` was given it on the other side. */
  message(this: void, text: string): void;
  /** Something came that is no whole message yet; spares a slow sender of a long message the heartbeat's time-out. */
  alive(this: void): void;
  /** Ends the connection because of an error. One with the code `malformed` is told to the peer before. */
  failed(this: void, error: unknown): void;
  /** The connection is gone, whoever ended it. Follows every destroy(); nothing else is reported behind it. */
  closed(this: void): void;
}

/** To be called once a connection, in the tick in which it stands. */
export type Opened<Frame> = (connection: Connection<Frame>) => Receiver;

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
}

/** A wire that listens. */
export interface Listener {
  readonly endpoint: Endpoint;
  /** Called once, when every connection has been destroyed; settles when nothing listens any more. */
  close(): Promise<unknown>;
}

export interface DialOptions {
  readonly localAddress: string | undefined;
  /** When it aborts, dial() must reject and leave nothing open. It is not aborted before, nor once the client is connected. */
  readonly signal: AbortSignal;
  /** No server sends more at once; the wire is to hold no more. */
  readonly maxMessageBytes: number;
}

/** A wire of conversing(); what it has in common with a Transport is meant as there. */
export interface ConversingWire<Frame> extends Omit<Transport, "supports" | "serve" | "connect"> {
  /** Makes a message ready to be sent; called once a broadcast, whoever gets it. */
  frame(this: void, text: string): Frame;
  /** Hands over each connection that comes, until it is closed. Rejects when it can't listen, which counts as `unreachable`. */
  listen(this: void, options: ListenOptions, opened: Opened<Frame>): Promise<Listener>;
  /** Settles when it has handed over one connection; rejects when there is none, with `unreachable` unless the error has a code. */
  dial(this: void, endpoint: Endpoint, options: DialOptions, opened: Opened<Frame>): Promise<void>;
}

/** The wire as both halves of the kit use it. */
export interface Speech<Frame> extends Pick<ConversingWire<Frame>, "frame" | "listen" | "dial"> {
  readonly ping: Frame;
  readonly pong: Frame;
}
