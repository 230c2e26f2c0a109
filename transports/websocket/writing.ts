import type { Duplex } from "node:stream";
import type { WebSocket } from "ws";
import type { Encoded } from "../codec.ts";

/** One subscriber, seen from the hub. */
export interface Peer {
  readonly socket: WebSocket;
  /** The byte stream under the socket, for who writes past the library. */
  readonly stream: Duplex;
}

/** How broadcasts reach their subscribers: through the library, or past it. */
export interface Writing {
  /** Makes a message ready to be written; called once a broadcast, whoever gets it. */
  prepare(this: void, message: Encoded): Buffer;
  write(this: void, peer: Peer, prepared: Buffer): void;
  /** What has been written to the peer and has not left the process, in bytes. */
  heldBytes(this: void, peer: Peer): number;
}

/**
 * As the documentation of ws has a broadcast: one send() a client, of a payload encoded once. ws frames it for each client anew; its
 * Sender.frame(), which would frame it once, is in neither its documentation nor its types.
 */
export function throughLibrary(binary: boolean): Writing {
  const options = { binary };
  return {
    prepare: (message) => (typeof message === "string" ? Buffer.from(message) : message),
    write: ({ socket }, payload) => socket.send(payload, options),
    heldBytes: ({ socket }) => socket.bufferedAmount,
  };
}
