import { decode, Encoder } from "@msgpack/msgpack";
import { LabError } from "../core/errors.ts";
import type { Codec } from "./codec.ts";
import { type Fields, isObject } from "./envelope.ts";

const encoder = new Encoder({ ignoreUndefined: true });

let sharedBytes: Buffer = Buffer.alloc(0);
let shared: Fields = {};

/** MessagePack (github.com/msgpack/msgpack, spec.md): the same maps with the same keys as in JSON. */
export const msgpack: Codec<Buffer> = {
  encode: (message) => {
    const bytes = encoder.encode(message);
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  },
  parse: (bytes) => parse(bytes),
  parseShared: (bytes) => {
    if (!bytes.equals(sharedBytes)) {
      shared = parse(bytes);
      sharedBytes = bytes;
    }
    return shared;
  },
};

/** `maxArrayLength`: more items than an array in any request has. */
const STRANGERS = { maxArrayLength: 16 };

/**
 * parse() for bytes of a peer that can't be trusted: `malformed` too for a longer array. The library makes room for as many items as
 * an array says it has before any has come, so that a thousand bytes of nested beginnings would take all memory.
 */
export function parseRequest(bytes: Buffer): Fields {
  return parse(bytes, STRANGERS);
}

function parse(bytes: Buffer, options?: typeof STRANGERS): Fields {
  let value: unknown;
  try {
    value = decode(bytes, options);
  } catch (error) {
    throw new LabError("malformed", "not MessagePack", { cause: error });
  }
  if (!isObject(value)) throw new LabError("malformed", "not a MessagePack map");
  return value;
}
