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
  parse,
  parseShared: (bytes) => {
    if (!bytes.equals(sharedBytes)) {
      shared = parse(bytes);
      sharedBytes = bytes;
    }
    return shared;
  },
};

function parse(bytes: Buffer): Fields {
  let value: unknown;
  try {
    value = decode(bytes);
  } catch (error) {
    throw new LabError("malformed", "not MessagePack", { cause: error });
  }
  if (!isObject(value)) throw new LabError("malformed", "not a MessagePack map");
  return value;
}
