import assert from "node:assert/strict";
import { type Direction, type DissectorFactory, type IsBody, joined, type Span } from "./dissector.ts";

/** Some bytes of a hand-made exchange: text stands for its UTF-8 bytes. */
export type Step = readonly [Direction, string | Buffer];

/** Parts and lengths of one direction, as `framing 4, envelope 20`. */
export interface Told {
  readonly in: string;
  readonly out: string;
}

/**
 * Dissects the exchange as it is, byte by byte, and with each step cut in two at every position, and wants the same every time:
 * every byte once, in order, nothing left over, and at no moment more or less than what was pushed.
 */
export function assertTold(
  factory: DissectorFactory,
  isBody: IsBody,
  steps: readonly Step[],
  expected: Told,
) {
  const exchange = steps.map(([direction, bytes]) => [direction, Buffer.from(bytes)] as const);
  assert.deepEqual(told(factory, isBody, exchange), expected);
  const bytewise = exchange.flatMap(([direction, bytes]) =>
    [...bytes].map((byte) => [direction, Buffer.from([byte])] as const),
  );
  assert.deepEqual(told(factory, isBody, bytewise), expected, "byte by byte");
  for (const [index, [direction, bytes]] of exchange.entries()) {
    for (let at = 1; at < bytes.length; at += 1) {
      const halves = [[direction, bytes.subarray(0, at)] as const, [direction, bytes.subarray(at)] as const];
      assert.deepEqual(
        told(factory, isBody, exchange.toSpliced(index, 1, ...halves)),
        expected,
        `cut at ${at}`,
      );
    }
  }
}

function told(
  factory: DissectorFactory,
  isBody: IsBody,
  steps: readonly (readonly [Direction, Buffer])[],
): Told {
  const dissector = factory(isBody);
  const spans: Record<Direction, Span[]> = { in: [], out: [] };
  const pushed = { in: 0, out: 0 };
  const given = { in: 0, out: 0 };
  for (const [direction, bytes] of steps) {
    pushed[direction] += bytes.length;
    for (const { direction: of, part, length } of dissector.push(direction, bytes)) {
      spans[of].push({ part, length });
      given[of] += length;
    }
    for (const of of ["in", "out"] as const) assert.equal(given[of] + dissector.held(of), pushed[of]);
  }
  assert.deepEqual([dissector.held("in"), dissector.held("out")], [0, 0], "nothing is left over");
  const text = (direction: Direction) =>
    joined(spans[direction])
      .map(({ part, length }) => `${part} ${length}`)
      .join(", ");
  return { in: text("in"), out: text("out") };
}
