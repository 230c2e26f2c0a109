import type { JourneySegment } from "../../harness/result/result.ts";
import type { JourneyPart } from "./parts.ts";

/** A section of a segment's kept bytes that is of one part. */
export interface Run {
  readonly part: JourneyPart;
  /** Of the whole section, whose bytes may not all be kept. */
  readonly length: number;
  /** As they were on the connection. */
  readonly raw: Uint8Array;
  /** Without a WebSocket client's mask. */
  readonly clear: Uint8Array;
}

/** How many of a segment's bytes are kept. */
export function keptOf({ bytes }: JourneySegment): number {
  return atob(bytes).length;
}

/** A segment's bytes by part, in their order. */
export function runsOf(segment: JourneySegment): Run[] {
  const raw = Uint8Array.from(atob(segment.bytes), (one) => one.charCodeAt(0));
  const clear = unmasked(raw, segment.masks ?? []);
  return segment.spans.map(([start, length, part]) => ({
    part,
    length,
    raw: raw.slice(start, start + length),
    clear: clear.slice(start, start + length),
  }));
}

function unmasked(raw: Uint8Array, masks: NonNullable<JourneySegment["masks"]>): Uint8Array {
  const clear = raw.slice();
  for (const [start, length, key] of masks) {
    const end = Math.min(start + length, raw.length);
    for (let at = start; at < end; at += 1) {
      const place = ((at - start) % 4) * 2;
      clear[at] = (clear[at] ?? 0) ^ Number.parseInt(key.slice(place, place + 2), 16);
    }
  }
  return clear;
}

/** "48 54 54 50". */
export function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
}

/** One character a byte, that of ASCII where it can be printed. */
export function asciiOf(bytes: Uint8Array, otherwise: string): string {
  return Array.from(bytes, (byte) =>
    byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : otherwise,
  ).join("");
}

/** The bytes as UTF-8; what is none, and what can't be printed, becomes a dot. */
export function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes).replace(/[\p{C}\ufffd\u2028\u2029]/gu, "·");
}
