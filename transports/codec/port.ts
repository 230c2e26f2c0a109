import type { Fields } from "../session/envelope.ts";

/** A message as it travels: a text, or bytes. */
export type Encoded = string | Buffer;

/**
 * How messages are encoded, on every transport that has a choice. Input may be text or bytes, whichever the transport's library
 * hands out. parse() and parseTrusted() throw `malformed` for what is no object.
 */
export interface Codec<Message extends Encoded = Encoded> {
  /** As Content-Type names it (RFC 9110, 8.3). */
  readonly mediaType: string;
  /** Whether a message is bytes and not text. */
  readonly binary: boolean;
  encode(this: void, message: object): Message;
  /** As encode() of the fields with one more behind them, whose items are encoded already; there is at least one field. */
  encodeWithList(this: void, fields: object, name: string, items: readonly Message[]): Message;
  /** For what strangers send. */
  parse(this: void, message: Encoded): Fields;
  /** For what a server sends to its clients, which may be larger in every way than a request. */
  parseTrusted(this: void, message: Encoded): Fields;
}
