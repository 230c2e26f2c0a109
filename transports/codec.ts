import { type Fields, parseObject } from "./envelope.ts";

/** A message as it travels: a text, or bytes. */
export type Encoded = string | Buffer;

/** How messages are written down. parse() and parseTrusted() throw `malformed` for what is no object. */
export interface Codec<W extends Encoded> {
  encode(this: void, message: object): W;
  parse(this: void, wire: W): Fields;
  /** For what a server sends to its clients, which may be larger in every way than a request. */
  parseTrusted(this: void, wire: W): Fields;
}

/** RFC 8259. */
export const json: Codec<string> = { encode: JSON.stringify, parse: parseObject, parseTrusted: parseObject };
