import {
  type Direction,
  type Dissector,
  type DissectorFactory,
  type IsBody,
  PARTS,
  type Part,
} from "../../transports/dissect/dissector.ts";
import type { Chunk } from "./relay.ts";

/** Bytes of every part in one direction, and those whose part is not settled. */
export interface Tally {
  readonly parts: Record<Part, number>;
  held: number;
}

/** What was told of all connections together from their first bytes up to a moment. */
export type Account = Readonly<Record<Direction, Tally>>;

/**
 * Dissects a recording, one dissector a connection, and gives the account as it stood after so many chunks, for each of the
 * ascending `marks`. Throws `malformed` for bytes that are not of the transport.
 */
export function accountsAt(
  recording: readonly Chunk[],
  marks: readonly number[],
  factory: DissectorFactory,
  isBody: IsBody,
): Account[] {
  const dissectors: Dissector[] = [];
  const sums = { in: emptyParts(), out: emptyParts() };
  const heldOf = (direction: Direction) =>
    dissectors.reduce((sum, dissector) => sum + dissector.held(direction), 0);
  const account = (): Account => ({
    in: { parts: { ...sums.in }, held: heldOf("in") },
    out: { parts: { ...sums.out }, held: heldOf("out") },
  });
  let done = 0;
  return marks.map((mark) => {
    for (const { connection, direction, bytes } of recording.slice(done, mark)) {
      dissectors[connection] ??= factory(isBody);
      const dissector = dissectors[connection];
      for (const segment of dissector.push(direction, bytes))
        sums[segment.direction][segment.part] += segment.length;
    }
    done = mark;
    return account();
  });
}

/** Bytes by part between two accounts, in one direction. */
export function partsBetween(before: Tally, after: Tally): Record<Part, number> {
  const parts = emptyParts();
  for (const part of PARTS) parts[part] = after.parts[part] - before.parts[part];
  return parts;
}

export function sumOf(parts: Readonly<Record<Part, number>>): number {
  return PARTS.reduce((sum, part) => sum + parts[part], 0);
}

function emptyParts(): Record<Part, number> {
  return { body: 0, envelope: 0, compressed: 0, framing: 0, handshake: 0, heartbeats: 0 };
}
