import { Buffer } from "node:buffer";
import type { Direction, DissectorFactory, IsBody } from "../../transports/dissect/dissector.ts";
import type { Chunk } from "../breakdown/relay.ts";
import type { JourneyPart } from "../result/schema/journey.ts";

/** What one byte range of a connection's direction is for. */
export interface Range {
  readonly part: JourneyPart;
  readonly length: number;
}

/** One direction of a connection from its first byte to its last. */
export interface Stream {
  readonly bytes: Buffer;
  /** Of all bytes, in order. */
  readonly ranges: readonly Range[];
}

/**
 * Both directions of a connection, dissected. What only an answer that never came would have shown, such as a poll that was given
 * up, is `unsettled`. Throws `malformed` for bytes that are not of the transport.
 */
export function conversation(
  chunks: readonly Chunk[],
  factory: DissectorFactory,
  isBody: IsBody,
): Record<Direction, Stream> {
  const dissector = factory(isBody);
  const ranges: Record<Direction, Range[]> = { in: [], out: [] };
  for (const { direction, bytes } of chunks)
    for (const segment of dissector.push(direction, bytes))
      ranges[segment.direction].push({ part: segment.part, length: segment.length });
  const stream = (direction: Direction): Stream => {
    const held = dissector.held(direction);
    return {
      bytes: Buffer.concat(chunks.filter((one) => one.direction === direction).map(({ bytes }) => bytes)),
      ranges: held > 0 ? [...ranges[direction], { part: "unsettled", length: held }] : ranges[direction],
    };
  };
  return { in: stream("in"), out: stream("out") };
}

/** The spans of a section of a stream, with their starts in the section; neighbours of one part are one. */
export function spansWithin(
  { ranges }: Stream,
  from: number,
  length: number,
): [number, number, JourneyPart][] {
  const spans: [number, number, JourneyPart][] = [];
  let at = 0;
  for (const one of ranges) {
    const start = Math.max(at, from);
    const end = Math.min(at + one.length, from + length);
    at += one.length;
    if (start >= end) continue;
    const last = spans.at(-1);
    if (last?.[2] === one.part) last[1] += end - start;
    else spans.push([start - from, end - start, one.part]);
  }
  return spans;
}
