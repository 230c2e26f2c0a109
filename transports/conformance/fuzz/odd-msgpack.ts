import { Exotic, Nest, type Odd, OddMap } from "./odd-values.ts";

/** Writes a value as MessagePack (its spec.md), without the depth at which an encoder stops. */
export function oddMsgpack(value: Odd): Buffer {
  if (value instanceof Exotic) return value.msgpack;
  if (value instanceof Nest) {
    const level = value.kind === "array" ? Buffer.from([0x91]) : Buffer.from([0x81, 0xa1, 0x61]);
    return Buffer.concat([Buffer.alloc(level.length * value.depth, level), Buffer.from([0xc0])]);
  }
  if (value instanceof OddMap) {
    const entries = value.entries.flatMap(([key, of]) => [oddMsgpack(key), oddMsgpack(of)]);
    return Buffer.concat([sized(value.entries.length, { short: 0x80, below: 16, wide: 0xde }), ...entries]);
  }
  if (Buffer.isBuffer(value))
    return Buffer.concat([Buffer.from([0xc4, value.length & 0xff]), value.subarray(0, 255)]);
  if (typeof value === "string") {
    const bytes = Buffer.from(value);
    return Buffer.concat([
      sized(bytes.length, { short: 0xa0, below: 32, wide: 0xda }),
      bytes.subarray(0, 65_535),
    ]);
  }
  if (value === null) return Buffer.from([0xc0]);
  if (typeof value === "boolean") return Buffer.from([value ? 0xc3 : 0xc2]);
  if (typeof value === "number") return numberBytes(value);
  return Buffer.concat([
    sized(value.length, { short: 0x90, below: 16, wide: 0xdc }),
    ...value.map(oddMsgpack),
  ]);
}

/** A header with its count in its own byte, or in 16 bits. */
function sized(
  count: number,
  { short, below, wide }: { short: number; below: number; wide: number },
): Buffer {
  if (count < below) return Buffer.from([short | count]);
  const header = Buffer.alloc(3);
  header[0] = wide;
  header.writeUInt16BE(Math.min(count, 65_535), 1);
  return header;
}

function numberBytes(value: number): Buffer {
  if (Number.isInteger(value) && value >= 0 && value < 128) return Buffer.from([value]);
  const bytes = Buffer.alloc(9);
  bytes[0] = 0xcb;
  bytes.writeDoubleBE(value, 1);
  return bytes;
}
