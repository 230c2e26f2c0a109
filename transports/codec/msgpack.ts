import { type DecoderOptions, decode, Encoder } from "@msgpack/msgpack";
import { LabError } from "../../core/errors.ts";
import { type Fields, isObject } from "../session/envelope.ts";
import { bytesOf, type Codec, type Encoded } from "./codec.ts";

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
  // Registered with IANA; older names such as application/x-msgpack are not understood.
  mediaType: "application/vnd.msgpack",
  binary: true,
  encode,
  encodeWithList: (fields, name, items) => {
    const empty = encode({ ...fields, [name]: [] });
    // The empty array is the last byte: another header in its place, and the items follow it.
    return Buffer.concat([empty.subarray(0, -1), arrayHeader(items.length), ...items]);
  },
  parse: (message) => parseMap(message, SHORT_ARRAYS),
  parseTrusted: (message) => parseMap(message),
};

function encode(message: object): Buffer {
  const bytes = encoder.encode(message);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** fixarray, array 16 or array 32, the shortest that holds so many items (MessagePack's spec.md, array format family). */
function arrayHeader(count: number): Buffer {
  if (count < 16) return Buffer.from([0x90 | count]);
  const wide = count >= 0x1_0000;
  const header = Buffer.alloc(wide ? 5 : 3);
  header[0] = wide ? 0xdd : 0xdc;
  if (wide) header.writeUInt32BE(count, 1);
  else header.writeUInt16BE(count, 1);
  return header;
}

function parseMap(message: Encoded, options?: DecoderOptions): Fields {
  let value: unknown;
  try {
    value = decode(bytesOf(message), options);
  } catch (error) {
    throw new LabError("malformed", "not MessagePack", { cause: error });
  }
  if (!isObject(value)) throw new LabError("malformed", "not a MessagePack map");
  return value;
}
