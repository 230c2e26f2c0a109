import { DISCONNECT, isConnect, UNSUBSCRIBE, type Violation, violationIn } from "./client-packet.ts";

const CONNECT_FIRST: Violation = {
  reason: "CONNECT is the first packet of a connection, and comes once",
};

/**
 * Follows the packets in a client's bytes before the library sees them (MQTT 3.1.1, 2.2). The library's parser holds whatever a packet
 * announces, up to 256 MB, and lets some pass that the standard forbids; this one says no before a packet's bytes are in, or when they are.
 */
export class PacketScanner {
  readonly #maxBytes: number;
  /** Of the packet at hand. */
  #first = 0;
  /** Bits of the remaining length read so far; negative before a packet's first byte. */
  #shift = -1;
  #length = 0;
  /** Bytes of the packet at hand that are still to come. */
  #missing = 0;
  /** What has come of a packet that did not come in one piece. */
  #pieces: Buffer | undefined;
  #packets = 0;
  #unsubscribed = false;
  #rest = 0;
  #disconnected = false;
  #unfinishedSince: number | undefined;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Packets that have come whole. */
  get packets(): number {
    return this.#packets;
  }

  /** True once the client has said DISCONNECT, which discards its will (MQTT 3.1.1, 3.14.4). */
  get disconnected(): boolean {
    return this.#disconnected;
  }

  /** True when the last scan stopped behind an UNSUBSCRIBE. */
  get unsubscribed(): boolean {
    return this.#unsubscribed;
  }

  /** Bytes behind it that the last scan did not look at. */
  get rest(): number {
    return this.#rest;
  }

  /** Bytes that the packet at hand lacks, as far as is known. */
  get missing(): number {
    return this.#missing;
  }

  /** When the packet that has not come whole began, by performance.now(). */
  get unfinishedSince(): number | undefined {
    return this.#unfinishedSince;
  }

  /** What is wrong with the bytes up to the end of an UNSUBSCRIBE or of the chunk, if anything; they can't be read on after that. */
  scan(chunk: Buffer): Violation | undefined {
    const before = this.#packets;
    this.#unsubscribed = false;
    let at = 0;
    while (at < chunk.length && !this.#unsubscribed) {
      if (this.#missing > 0) {
        const piece = chunk.subarray(at, at + this.#missing);
        at += piece.length;
        const body = this.#collect(piece);
        const violation = body && this.#complete(body);
        if (violation) return violation;
      } else {
        const violation = this.#header(chunk[at] ?? 0);
        if (violation) return violation;
        at += 1;
      }
    }
    this.#rest = chunk.length - at;
    if (this.#shift < 0 && this.#missing === 0) this.#unfinishedSince = undefined;
    else if (this.#unfinishedSince === undefined || this.#packets > before)
      this.#unfinishedSince = performance.now();
    return undefined;
  }

  #header(byte: number): Violation | undefined {
    if (this.#shift < 0) {
      this.#first = byte;
      this.#length = 0;
      this.#shift = 0;
      return isConnect(byte) === (this.#packets === 0) ? undefined : CONNECT_FIRST;
    }
    this.#length += (byte & 0x7f) << this.#shift;
    this.#shift += 7;
    if (this.#length > this.#maxBytes) return { reason: `a packet may have at most ${this.#maxBytes} bytes` };
    if (byte >= 0x80) return this.#shift > 21 ? { reason: "a length has at most four bytes" } : undefined;
    this.#shift = -1;
    this.#missing = this.#length;
    return this.#length === 0 ? this.#complete(Buffer.alloc(0)) : undefined;
  }

  /** The packet's content once all of it is there. */
  #collect(piece: Buffer): Buffer | undefined {
    const start = this.#length - this.#missing;
    this.#missing -= piece.length;
    if (piece.length === this.#length) return piece;
    this.#pieces ??= Buffer.allocUnsafe(this.#length);
    piece.copy(this.#pieces, start);
    if (this.#missing > 0) return undefined;
    const body = this.#pieces;
    this.#pieces = undefined;
    return body;
  }

  #complete(body: Buffer): Violation | undefined {
    this.#packets += 1;
    const violation = violationIn(this.#first, body);
    const type = this.#first >> 4;
    if (!violation && type === DISCONNECT) this.#disconnected = true;
    this.#unsubscribed = type === UNSUBSCRIBE;
    return violation;
  }
}
