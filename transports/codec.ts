import { type Fields, parseObject, parseShared } from "./envelope.ts";

/** A message as it travels: a text, or bytes. */
export type Encoded = string | Buffer;

/** How messages are written down. parse() and parseShared() throw `malformed` for what is no object. */
export interface Codec<W extends Encoded> {
  encode(this: void, message: object): W;
  parse(this: void, wire: W): Fields;
  /** For the receiving side, where many subscribers of one process get the same message in a row: parsed once, and nobody may change it. */
  parseShared(this: void, wire: W): Fields;
}

/** RFC 8259. */
export const json: Codec<string> = { encode: JSON.stringify, parse: parseObject, parseShared };
