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
  readonly #framesATurn: number;

  /** `framesATurn`: so many are worked off before others get their turn; default all that are there. */
  constructor(maxBytes: number, onText: (text: string) => void, framesATurn = Number.POSITIVE_INFINITY) {
    this.#maxBytes = maxBytes;
    this.#onText = onText;
    this.#framesATurn = framesATurn;
  }

  /**
   * Returns what is to be pushed again, before anything else, when others have had their turn. Throws `malformed` when a frame announces more than
   * `maxBytes`; the stream can't be read on after that.
   */
  push(chunk: Buffer): Buffer | undefined {
    if (this.#heldBytes === 0) return this.#read(chunk);
    this.#hold(chunk);
    if (this.#heldBytes < this.#wanted) return undefined;
    const bytes = this.#held.subarray(0, this.#heldBytes);
    this.#held = Buffer.alloc(0);
    this.#heldBytes = 0;
    return this.#read(bytes);
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

  #read(bytes: Buffer): Buffer | undefined {
    let offset = 0;
    this.#wanted = 4;
    for (let frames = 0; bytes.length - offset >= 4; frames += 1) {
      if (frames === this.#framesATurn) return bytes.subarray(offset);
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
    return undefined;
  }
}
