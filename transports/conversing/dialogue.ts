import type { Identity } from "../../core/access.ts";
import type { LabError } from "../../core/errors.ts";
import type { Codec, Encoded } from "../codec/port.ts";
import type { Endpoint } from "../port/transport.ts";

/*
 * What a client needs of a transport with messages both ways. Also for pages: nothing here, nor in the client, is of Node.js.
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
  /** Begins, or ends, to get what the listener publishes to the topic; both may be called again. Present where the listener has `topics`. */
  follow?(topic: string): void;
  unfollow?(topic: string): void;
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

export interface DialOptions {
  readonly localAddress: string | undefined;
  /** When it aborts, dial() must reject and leave nothing open. It is not aborted before, nor once the client is connected. */
  readonly signal: AbortSignal;
  /** For a handshake that carries it. */
  readonly token: string;
  /** No server sends a larger message; the transport must not buffer more. */
  readonly maxMessageBytes: number;
}

/** The transport as its client uses it. */
export interface Dialogue<Frame> {
  readonly codec: Codec;
  /** True if dial() sends the token; else the first message carries it. */
  readonly handshake: boolean;
  /** Heartbeats on connections without a ping of their own; compared byte by byte. */
  readonly ping: Encoded;
  readonly pong: Encoded;
  /** The server's pings are not told to this end, as in a page, which sends its own in their place. */
  readonly unseenPings?: true;
  frame(this: void, message: Encoded): Frame;
  /** Settles once it has called `opened` for its connection; rejects if there is none, with `unreachable` unless the error has a code. */
  dial(this: void, endpoint: Endpoint, options: DialOptions, opened: Opened<Frame>): Promise<void>;
}

/** Whether two messages have the same bytes, of which one is ASCII. */
export function isSame(message: Encoded, other: Encoded): boolean {
  if (typeof message === typeof other && typeof message === "string") return message === other;
  if (message.length !== other.length) return false;
  for (let index = 0; index < message.length; index += 1)
    if (unitAt(message, index) !== unitAt(other, index)) return false;
  return true;
}

function unitAt(message: Encoded, index: number): number | undefined {
  return typeof message === "string" ? message.charCodeAt(index) : message[index];
}
