import { LabError } from "../../core/errors.ts";
import { parseObject } from "../session/envelope.ts";
import type { Codec, Encoded } from "./port.ts";

/** RFC 8259 where every message is a text, as in pages. */
export const jsonText: Codec<string> = {
  mediaType: "application/json",
  binary: false,
  encode: JSON.stringify,
  encodeWithList: (fields, name, items) =>
    `${JSON.stringify(fields).slice(0, -1)},${JSON.stringify(name)}:[${items.join(",")}]}`,
  parse,
  parseTrusted: parse,
};

function parse(message: Encoded) {
  if (typeof message === "string") return parseObject(message);
  throw new LabError("malformed", "the message is not a text");
}
