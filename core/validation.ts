import { LabError } from "./errors.ts";

/** A body is a well-formed string of at most `maxCharacters` Unicode code points; empty is allowed. */
export function assertBody(body: unknown, maxCharacters: number): asserts body is string {
  if (typeof body !== "string") throw new LabError("invalid_body", "the body must be a string");
  // A code point takes one or two UTF-16 units, so counting is only needed between the two bounds.
  const tooLong =
    body.length > maxCharacters && (body.length > 2 * maxCharacters || countCodePoints(body) > maxCharacters);
  if (tooLong) throw new LabError("body_too_long", `the body may have at most ${maxCharacters} characters`);
  if (!body.isWellFormed()) {
    throw new LabError("invalid_body", "the body holds a lone surrogate, which UTF-8 can't express");
  }
}

function countCodePoints(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}
