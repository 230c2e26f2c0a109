import type { Encoded } from "../codec.ts";
import { msgpackContent } from "../http-msgpack.ts";
import { msgpack } from "../msgpack.ts";
import type { Encoding } from "./encoding.ts";

export const msgpackBatches: Encoding = {
  ...msgpackContent,
  event: msgpack.encode,
  batch: (cursor, dropped, events) => {
    const empty = msgpack.encode({ cursor, ...(dropped > 0 ? { dropped } : {}), events: [] });
    // The empty array is the last byte: another header in its place, and the events follow it.
    return Buffer.concat([empty.subarray(0, -1), arrayHeader(events.length), ...events.map(bytesOf)]);
  },
};

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

function bytesOf(event: Encoded): Buffer {
  return typeof event === "string" ? Buffer.from(event) : event;
}
