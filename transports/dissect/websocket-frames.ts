import { LabError } from "../../core/errors.ts";
import type { Consume } from "./reader.ts";

/** A frame of RFC 6455, 5.2. */
export interface Frame {
  readonly opcode: "continuation" | "text" | "binary" | "close" | "ping" | "pong";
  readonly fin: boolean;
  /** RSV1: the message is compressed (RFC 7692, 6). */
  readonly compressed: boolean;
  readonly headerLength: number;
  /** Unmasked. */
  readonly payload: Buffer;
}

const OPCODES: Readonly<Record<number, Frame["opcode"]>> = {
  0: "continuation",
  1: "text",
  2: "binary",
  8: "close",
  9: "ping",
  10: "pong",
};

/** Reads frames. Throws `malformed` for a reserved bit or opcode, for a control frame against 5.5, and for masking against 5.1. */
export function readFrames(masked: boolean, on: (frame: Frame) => void): Consume {
  return (bytes) => {
    const [first = 0, second = 0] = bytes;
    if (bytes.length < 2) return 0;
    const opcode = OPCODES[first & 0x0f];
    if (!opcode || (first & 0x30) !== 0)
      throw new LabError("malformed", "not a WebSocket frame (RFC 6455, 5.2)");
    if (second >= 0x80 !== masked)
      throw new LabError("malformed", "clients mask their frames, servers don't (RFC 6455, 5.1)");
    const fin = first >= 0x80;
    const short = second & 0x7f;
    if (first & 0x08 && (!fin || short > 125 || first & 0x40))
      throw new LabError("malformed", "a control frame is short, whole and uncompressed (RFC 6455, 5.5)");
    const extended = short === 126 ? 2 : short === 127 ? 8 : 0;
    const headerLength = 2 + extended + (masked ? 4 : 0);
    if (bytes.length < headerLength) return 0;
    const length =
      extended === 0 ? short : extended === 2 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
    if (bytes.length < headerLength + length) return 0;
    const carried = bytes.subarray(headerLength, headerLength + length);
    const payload = masked ? unmask(carried, bytes.subarray(headerLength - 4, headerLength)) : carried;
    on({ opcode, fin, compressed: (first & 0x40) !== 0, headerLength, payload });
    return headerLength + length;
  };
}

function unmask(payload: Buffer, key: Buffer): Buffer {
  return Buffer.from(payload.map((byte, index) => byte ^ (key[index % 4] ?? 0)));
}
