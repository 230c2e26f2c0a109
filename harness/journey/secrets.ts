import { Buffer } from "node:buffer";
import type { Unit } from "../../transports/dissect/dissector.ts";

/** A section of a stream. */
export interface Section {
  readonly start: number;
  readonly length: number;
}

const STAR = 0x2a;

/**
 * The bytes with every place overwritten that holds the token, by as many asterisks: as text, in what a WebSocket client masked, and in
 * compressed header fields, where it can't be found and the whole block goes.
 */
export function withoutToken(
  bytes: Buffer,
  units: readonly Unit[],
  token: string,
): { readonly bytes: Buffer; readonly secrets: readonly Section[] } {
  const clear = unmasked(bytes, units);
  const secrets: Section[] = [];
  for (let at = clear.indexOf(token); at >= 0; at = clear.indexOf(token, at + token.length))
    secrets.push({ start: at, length: Buffer.byteLength(token) });
  for (const { fields } of units) if (fields) secrets.push(fields);
  secrets.sort((a, b) => a.start - b.start);
  for (const { start, length } of secrets) clear.fill(STAR, start, start + length);
  // Masking once more is its own inverse.
  return { bytes: unmasked(clear, units), secrets };
}

/** A copy in which what was masked is not (RFC 6455, 5.3), or the other way round. */
function unmasked(bytes: Buffer, units: readonly Unit[]): Buffer {
  const clear = Buffer.from(bytes);
  for (const { mask } of units) {
    if (!mask) continue;
    for (let index = 0; index < mask.length; index += 1)
      clear[mask.start + index] = (clear[mask.start + index] ?? 0) ^ (mask.key[index % 4] ?? 0);
  }
  return clear;
}
