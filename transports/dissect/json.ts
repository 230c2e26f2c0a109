import { LabError } from "../../core/errors.ts";
import { isObject } from "../session/envelope.ts";
import type { IsBody, Span } from "./dissector.ts";

const KEY = '"body":';

/** Any JSON value; throws `malformed` for anything else. */
export function parseJson(bytes: Buffer): unknown {
  try {
    const value: unknown = JSON.parse(bytes.toString());
    return value;
  } catch (error) {
    throw new LabError("malformed", `bytes that should be JSON are not: ${excerpt(bytes)}`, { cause: error });
  }
}

/**
 * Body and envelope of a JSON text that holds any number of messages. A body is the string of a field of that name, found again in
 * the bytes as JSON.stringify() escapes it; its quotes belong to the envelope. Throws `malformed` for a body that nobody published.
 */
export function splitJson(bytes: Buffer, isBody: IsBody, value: unknown = parseJson(bytes)): Span[] {
  const spans: Span[] = [];
  let from = 0;
  for (const body of bodiesIn(value)) {
    if (!isBody(body)) throw new LabError("malformed", `a body that nobody published: ${body.slice(0, 40)}`);
    const quoted = KEY + JSON.stringify(body);
    const at = bytes.indexOf(quoted, from, "utf8");
    if (at < 0)
      throw new LabError("malformed", `a body that is escaped in an unknown way: ${body.slice(0, 40)}`);
    const start = at + KEY.length + 1;
    const end = at + Buffer.byteLength(quoted) - 1;
    spans.push({ part: "envelope", length: start - from }, { part: "body", length: end - start });
    from = end;
  }
  spans.push({ part: "envelope", length: bytes.length - from });
  return spans;
}

/** Every body in a value, in the order of its text: JavaScript keeps the order of all keys that are not numbers. */
export function* bodiesIn(value: unknown): Generator<string> {
  if (Array.isArray(value)) for (const item of value) yield* bodiesIn(item);
  else if (isObject(value)) {
    for (const [name, field] of Object.entries(value)) {
      if (name === "body" && typeof field === "string") yield field;
      else yield* bodiesIn(field);
    }
  }
}

/** The beginning of some bytes, for messages. */
export function excerpt(bytes: Buffer): string {
  const text = bytes.toString("latin1", 0, 32).replace(/[^\x20-\x7e]/g, ".");
  return bytes.length > 32 ? `${text}...` : text;
}
