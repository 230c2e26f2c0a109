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
  #held: Buffer = Buffer.alloc(0);

  constructor(maxBytes: number, onText: (text: string) => void) {
    this.#maxBytes = maxBytes;
    this.#onText = onText;
  }

  /** Throws `malformed` when a frame announces more than `maxBytes`; the stream can't be read on after that. */
  push(chunk: Buffer): void {
    const bytes = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    let offset = 0;
    while (bytes.length - offset >= 4) {
      const length = bytes.readUInt32BE(offset);
      if (length > this.#maxBytes)
        throw new LabError("malformed", `a frame may have at most ${this.#maxBytes} bytes`);
      if (bytes.length - offset - 4 < length) break;
      const text = bytes.toString("utf8", offset + 4, offset + 4 + length);
      offset += 4 + length;
      this.#onText(text);
    }
    this.#held = offset === bytes.length ? Buffer.alloc(0) : bytes.subarray(offset);
  }
}
