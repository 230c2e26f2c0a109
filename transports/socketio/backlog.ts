import type { Duplex } from "node:stream";
import type { Socket } from "socket.io";
import type { LabError } from "../../core/errors.ts";
import type { Hub } from "../../core/hub.ts";

/** An Engine.IO connection as socket.io hands it out. */
export type Connection = Socket["conn"];

/** What one connection was sent and has not yet taken, and its end when that is too much. */
export class Backlog {
  readonly #hub: Hub;
  readonly #conn: Connection;
  readonly maxBytes: number;
  /** The socket under a WebSocket; long polling answers on a new request, maybe on another socket, each time. */
  readonly #stream: Duplex | undefined;
  /** Tells its client why and ends its session. */
  end: (reason: LabError) => void = () => undefined;
  #queue: readonly unknown[] | undefined;
  #counted = 0;
  #queuedBytes = 0;

  constructor(hub: Hub, conn: Connection, maxBytes: number) {
    this.#hub = hub;
    this.#conn = conn;
    this.maxBytes = maxBytes;
    this.#stream = conn.transport.name === "websocket" ? conn.request.socket : undefined;
  }

  /** Ends the connection at once, with all that waits for it, when more than `maxBytes` do; says whether it stands. */
  withinBound(): boolean {
    if (this.#hub.withinBound(this.heldBytes, this.maxBytes)) return true;
    // Requests that came with the one that was too much are still handed over.
    if (this.#conn.readyState === "closed") return false;
    this.#hub.cutOff();
    this.#conn.close(true);
    // WebSocket's own close would wait for the peer to read.
    this.#stream?.destroy();
    return false;
  }

  /**
   * Bytes in the socket's buffer, and in the packets that Engine.IO holds back until that is written, or until the next poll.
   * Each packet is counted once however often this is asked: Engine.IO starts a new array whenever it empties the old one.
   */
  get heldBytes(): number {
    // biome-ignore lint/complexity/useLiteralKeys: Engine.IO declares it private, and offers nothing else that shows it.
    const queue: readonly unknown[] = this.#conn["writeBuffer"];
    const written = this.#stream?.writableLength ?? 0;
    if (queue.length === 0) return written;
    if (queue !== this.#queue) {
      this.#queue = queue;
      this.#counted = 0;
      this.#queuedBytes = 0;
    }
    for (; this.#counted < queue.length; this.#counted += 1) {
      this.#queuedBytes += packetBytes(queue[this.#counted]);
    }
    return written + this.#queuedBytes;
  }
}

/** What a packet that waits is counted as at least: each is an object on the heap, however short it is. */
const LEAST_PACKET_BYTES = 64;

function packetBytes(packet: unknown): number {
  if (typeof packet !== "object" || packet === null || !("data" in packet)) return LEAST_PACKET_BYTES;
  const { data } = packet;
  const bytes = typeof data === "string" || Buffer.isBuffer(data) ? Buffer.byteLength(data) : 0;
  return Math.max(LEAST_PACKET_BYTES, 1 + bytes);
}
