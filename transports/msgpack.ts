import { type DecoderOptions, decode, Encoder } from "@msgpack/msgpack";
import { LabError } from "../core/errors.ts";
import type { Codec } from "./codec.ts";
import { type Fields, isObject } from "./envelope.ts";

const encoder = new Encoder({ ignoreUndefined: true });

/**
 * The decoder makes room for as many items as an array's header claims, before it has seen one: a few bytes would take all memory. No
 * request has an array in it, nor its answer; Socket.IO's packets have short ones.
 */
const SHORT_ARRAYS: DecoderOptions = { maxArrayLength: 16 };

/**
 * MessagePack (github.com/msgpack/msgpack, spec.md): the same maps with the same keys as in JSON. parse() is for what strangers send, and
 * throws `malformed` for an array of more than 16 items as well.
 */
export const msgpack: Codec<Buffer> = {
  encode: (message) => {
    const bytes = encoder.encode(message);
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  },
  parse: (bytes) => parseMap(bytes, SHORT_ARRAYS),
  parseTrusted: (bytes) => parseMap(bytes),
};

function parseMap(bytes: Buffer, options?: DecoderOptions): Fields {
  let value: unknown;
  try {
    value = decode(bytes, options);
  } catch (error) {
    throw new LabError("malformed", "not MessagePack", { cause: error });
  }
  if (!isObject(value)) throw new LabError("malformed", "not a MessagePack map");
  return value;
}
