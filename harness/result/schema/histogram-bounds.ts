/// <reference types="node" />
import { inflateSync } from "node:zlib";

/** HdrHistogram's V2 encoding, uncompressed and compressed, with the bits of the word size set as for ZigZag LEB128. */
const COOKIE = 0x1c849313;
const COMPRESSED_COOKIE = 0x1c849314;
const HEADER = 40;

/** One hour in microseconds is what the lab tracks at the most; a histogram of other units has no business in its results. */
const HIGHEST = 2 ** 32;
const MOST_DIGITS = 3;
/** Of 3 digits from 1 to 2^32: 2,048 values of their own and 1,024 for each of 22 doublings, one more as the library counts. */
const MOST_COUNTS = 24 * 1_024;
/** A count takes nine bytes at the most. */
const MOST_BYTES = HEADER + 9 * MOST_COUNTS;
const MOST_CHARACTERS = 200_000;

/**
 * Whether to decode the text takes no more time and memory than a histogram of the lab's own: HdrHistogram's decoder believes the header
 * and the lengths of runs, which may be 2^48. True as well for what can't be decoded at all, which is found out at once.
 */
export function isBoundedHistogram(base64: string): boolean {
  if (base64.length > MOST_CHARACTERS) return false;
  // What decoders take for base64 differs, so that nothing but its plain form is looked at; the library refuses any other length.
  if (base64.length % 4 !== 0) return base64.trim().length % 4 !== 0;
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(base64)) return false;
  const compressed = Buffer.from(base64, "base64");
  if (compressed.length < 8 || compressed.readUInt32BE(0) !== COMPRESSED_COOKIE)
    return !isEncoded(compressed);
  let encoded: Buffer;
  try {
    encoded = inflateSync(compressed.subarray(8, 8 + compressed.readUInt32BE(4)), {
      maxOutputLength: MOST_BYTES,
    });
  } catch (error) {
    return !(error instanceof RangeError);
  }
  return encoded.length < HEADER || encoded.readUInt32BE(0) !== COOKIE
    ? !isEncoded(encoded)
    : isBounded(encoded);
}

/** With other word sizes, which the library reads as well and the lab does not write. */
function isEncoded(bytes: Buffer): boolean {
  const base = bytes.length >= 4 ? (bytes.readUInt32BE(0) & ~0xf0) >>> 0 : 0;
  return base === 0x1c849303 || base === 0x1c849304;
}

function isBounded(encoded: Buffer): boolean {
  const payload = encoded.readUInt32BE(4);
  const digits = encoded.readUInt32BE(12);
  const lowest = encoded.readBigUInt64BE(16);
  const highest = encoded.readBigUInt64BE(24);
  const isSized = digits <= MOST_DIGITS && lowest === 1n && highest >= 2n && highest <= BigInt(HIGHEST);
  const fits = payload <= encoded.length - HEADER;
  return isSized && fits && countsOf(encoded.subarray(HEADER), payload) <= MOST_COUNTS;
}

/**
 * How many counts are filled: each is a ZigZag LEB128 number, and a negative one a run of as many zeros. The last one may end behind the
 * payload, where the library reads on.
 */
function countsOf(bytes: Buffer, payload: number): number {
  let counts = 0;
  for (let at = 0; at < payload; ) {
    let value = 0;
    for (let place = 0, more = true; more; place += 1, at += 1) {
      const byte = bytes[at] ?? 0;
      value += (byte & 0x7f) * 2 ** (7 * place);
      more = byte >= 0x80 && place < 8;
    }
    counts += value % 2 === 0 ? 1 : (value + 1) / 2;
  }
  return counts;
}
