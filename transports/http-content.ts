import { type Encoded, json } from "./codec.ts";
import type { Fields } from "./envelope.ts";

/**
 * How an HTTP wire writes down the content of its requests and answers (RFC 9110, 8.3). Errors are JSON in any case. parse() and
 * parseTrusted() throw `malformed` for what is no object.
 */
export interface HttpContent {
  /** As Content-Type names it. */
  readonly mediaType: string;
  /** Name and value of the Accept (RFC 9110, 12.5.1) that a client opens with, if it has to say it. */
  readonly accept: readonly string[];
  encode(this: void, message: object): Encoded;
  parse(this: void, content: Buffer): Fields;
  /** As Codec.parseTrusted(). */
  parseTrusted(this: void, content: Buffer): Fields;
}

export const jsonContent: HttpContent = {
  mediaType: "application/json",
  accept: [],
  encode: json.encode,
  parse: (content) => json.parse(content.toString()),
  parseTrusted: (content) => json.parseTrusted(content.toString()),
};
