import { LabError } from "../../core/errors.ts";
import { msgpack } from "../codec/msgpack.ts";
import type { Notation } from "./dialogue.ts";
import type { IsBody, Span } from "./dissector.ts";
import { bodiesIn } from "./json.ts";

/** The key `body` of a map: a string of 4 bytes. */
const KEY = Buffer.from("\xa4body", "latin1");

/**
 * Body and envelope of one MessagePack map that holds any number of messages. A body is the string of a field of that name; the bytes
 * that give the string's type and length belong to the envelope. Throws `malformed` for a body that nobody published.
 */
export function splitMsgpack(bytes: Buffer, isBody: IsBody, value: unknown): Span[] {
  const spans: Span[] = [];
  let from = 0;
  for (const body of bodiesIn(value)) {
    if (!isBody(body)) throw new LabError("malformed", `a body that nobody published: ${body.slice(0, 40)}`);
    const text = Buffer.from(body);
    const before = Buffer.concat([KEY, stringHeader(text.length)]);
    const at = bytes.indexOf(Buffer.concat([before, text]), from);
    if (at < 0)
      throw new LabError("malformed", `a body that is written in an unknown way: ${body.slice(0, 40)}`);
    const start = at + before.length;
    spans.push({ part: "envelope", length: start - from }, { part: "body", length: text.length });
    from = start + text.length;
  }
  spans.push({ part: "envelope", length: bytes.length - from });
  return spans;
}

/** For what the lab itself has recorded: batches have arrays in them. */
export const MSGPACK_NOTATION: Notation = { parse: msgpack.parseTrusted, split: splitMsgpack };

/** fixstr, str 8, str 16 or str 32, the shortest that holds so many bytes. */
function stringHeader(length: number): Buffer {
  if (length < 32) return Buffer.from([0xa0 | length]);
  if (length < 0x100) return Buffer.from([0xd9, length]);
  const wide = length >= 0x1_0000;
  const header = Buffer.alloc(wide ? 5 : 3);
  header[0] = wide ? 0xdb : 0xda;
  if (wide) header.writeUInt32BE(length, 1);
  else header.writeUInt16BE(length, 1);
  return header;
}
