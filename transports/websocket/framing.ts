import type { Encoded } from "../codec/codec.ts";

/** An unmasked, unfragmented frame as a server sends it (RFC 6455, 5.2), made once for all subscribers: text, or binary of bytes. */
export function encodeFrame(message: Encoded): Buffer {
  const length = Buffer.byteLength(message);
  const header = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(header + length);
  frame[0] = typeof message === "string" ? 0x81 : 0x82;
  if (header === 2) frame[1] = length;
  else if (header === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  if (typeof message === "string") frame.write(message, header, "utf8");
  else message.copy(frame, header);
  return frame;
}
