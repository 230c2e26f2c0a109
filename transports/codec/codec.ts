import { isUtf8 } from "node:buffer";
import { type ErrorCode, LabError } from "../../core/errors.ts";
import { parseObject } from "../session/envelope.ts";
import { jsonText } from "./json-text.ts";
import type { Codec, Encoded } from "./port.ts";

export type { Codec, Encoded };

/** RFC 8259. */
export const json: Codec<string> = {
  ...jsonText,
  parse: (message) => parseObject(textOf(message)),
  parseTrusted: (message) => parseObject(message.toString()),
};

/** A message as text; throws the code given where it is none. */
export function textOf(message: Encoded, otherwise: ErrorCode = "malformed"): string {
  if (typeof message === "string") return message;
  if (isUtf8(message)) return message.toString();
  throw new LabError(otherwise, "the payload must be UTF-8");
}

/** A message as bytes; texts in UTF-8. */
export function bytesOf(message: Encoded): Buffer {
  return typeof message === "string" ? Buffer.from(message) : message;
}
