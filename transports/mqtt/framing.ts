import type { Encoded } from "../codec.ts";

/** A QoS 0 PUBLISH packet (MQTT 3.1.1, 3.3), made without the library so that an answer can be counted as it is written. */
export function encodePublish(topic: string, payload: Encoded): Buffer {
  const topicBytes = Buffer.byteLength(topic);
  const length = 2 + topicBytes + Buffer.byteLength(payload);
  const lengthBytes = length < 0x80 ? 1 : length < 0x4000 ? 2 : length < 0x20_0000 ? 3 : 4;
  const packet = Buffer.allocUnsafe(1 + lengthBytes + length);
  let at = 0;
  packet[at++] = 0x30;
  for (let left = length; at <= lengthBytes; left >>>= 7) {
    packet[at] = at < lengthBytes ? (left & 0x7f) | 0x80 : left;
    at += 1;
  }
  at = packet.writeUInt16BE(topicBytes, at);
  at += packet.write(topic, at, "utf8");
  if (typeof payload === "string") packet.write(payload, at, "utf8");
  else payload.copy(packet, at);
  return packet;
}

const DISCONNECT = 14;

/**
 * Follows the packet boundaries of a client's bytes (MQTT 3.1.1, 2.2) and looks at nothing else. The library's parser holds
 * whatever a packet announces, up to 256 MB; this one says no before the bytes are in.
 */
export class PacketScanner {
  readonly #maxBytes: number;
  /** Bytes of the packet at hand that are still to come. */
  #body = 0;
  /** Bits of the remaining length read so far; negative before a packet's first byte. */
  #shift = -1;
  #length = 0;
  #disconnected = false;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** True once the client has said DISCONNECT, which discards its will (MQTT 3.1.1, 3.14.4). */
  get disconnected(): boolean {
    return this.#disconnected;
  }

  /** False when a packet is larger than allowed, or its length is malformed; the stream can't be read on after that. */
  accepts(chunk: Buffer): boolean {
    let at = 0;
    while (at < chunk.length) {
      if (this.#body > 0) {
        const step = Math.min(this.#body, chunk.length - at);
        this.#body -= step;
        at += step;
        continue;
      }
      const byte = chunk[at] ?? 0;
      at += 1;
      if (this.#shift < 0) {
        if (byte >> 4 === DISCONNECT) this.#disconnected = true;
        this.#length = 0;
        this.#shift = 0;
        continue;
      }
      this.#length += (byte & 0x7f) << this.#shift;
      this.#shift += 7;
      if (this.#length > this.#maxBytes) return false;
      if (byte < 0x80) {
        this.#body = this.#length;
        this.#shift = -1;
      } else if (this.#shift > 21) return false;
    }
    return true;
  }
}
