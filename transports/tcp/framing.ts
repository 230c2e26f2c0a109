import { LabError } from "../../core/errors.ts";

/** A frame is the payload's length in 4 bytes, big-endian, then the payload: UTF-8 JSON. */
export function encodeFrame(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const frame = Buffer.allocUnsafe(4 + length);
  frame.writeUInt32BE(length, 0);
  frame.write(text, 4, "utf8");
  return frame;
}

/** Cuts a byte stream into frames; holds at most one frame of `maxBytes` besides the chunk at hand. */
export class FrameReader {
  readonly #maxBytes: number;
  readonly #onText: (text: string) => void;
  /** The beginning of a frame, with room that doubles as it fills, so that neither many small chunks nor a mere announcement cost much. */
  #held: Buffer = Buffer.alloc(0);
  #heldBytes = 0;
  /** Bytes without which the frame at hand can't be read on. */
  #wanted = 0;

  constructor(maxBytes: number, onText: (text: string) => void) {
    this.#maxBytes = maxBytes;
    this.#onText = onText;
  }

  /** Throws `malformed` when a frame announces more than `maxBytes`; the stream can't be read on after that. */
  push(chunk: Buffer): void {
    if (this.#heldBytes === 0) {
      this.#read(chunk);
      return;
    }
    this.#hold(chunk);
    if (this.#heldBytes < this.#wanted) return;
    const bytes = this.#held.subarray(0, this.#heldBytes);
    this.#held = Buffer.alloc(0);
    this.#heldBytes = 0;
    this.#read(bytes);
  }

  #hold(chunk: Buffer): void {
    const needed = this.#heldBytes + chunk.length;
    if (needed > this.#held.length) {
      const roomier = Buffer.allocUnsafe(Math.max(needed, 2 * this.#held.length));
      this.#held.copy(roomier, 0, 0, this.#heldBytes);
      this.#held = roomier;
    }
    chunk.copy(this.#held, this.#heldBytes);
    this.#heldBytes = needed;
  }

  #read(bytes: Buffer): void {
    let offset = 0;
    this.#wanted = 4;
    while (bytes.length - offset >= 4) {
      const length = bytes.readUInt32BE(offset);
      if (length > this.#maxBytes)
        throw new LabError("malformed", `a frame may have at most ${this.#maxBytes} bytes`);
      if (bytes.length - offset - 4 < length) {
        this.#wanted = 4 + length;
        break;
      }
      const text = bytes.toString("utf8", offset + 4, offset + 4 + length);
      offset += 4 + length;
      this.#onText(text);
    }
    if (offset < bytes.length) this.#hold(bytes.subarray(offset));
  }
}
