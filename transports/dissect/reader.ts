import type { Direction, Dissector, Segment } from "./dissector.ts";
import type { Outline } from "./outline.ts";

/** Looks at the beginning of a stream: the length of the unit that begins there and has been dealt with, 0 when more is needed. */
export type Consume = (bytes: Buffer) => number;

/** Cuts a byte stream into units; holds what is there of an unfinished one. */
export class Reader {
  readonly #consume: Consume;
  #held: Buffer = Buffer.alloc(0);

  constructor(consume: Consume) {
    this.#consume = consume;
  }

  push(chunk: Buffer): void {
    this.#held = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    while (this.#held.length > 0) {
      const length = this.#consume(this.#held);
      if (length === 0) return;
      this.#held = this.#held.subarray(length);
    }
  }

  get held(): number {
    return this.#held.length;
  }
}

/** One direction of a connection: bytes are read on one side, and what they are for is laid out on the other. */
export interface Lane {
  readonly consume: Consume;
  readonly outline: Outline;
}

/** The dissector that two lanes make, which may know of each other: an answer can settle its request. */
export function createDissector(lanes: Readonly<Record<Direction, Lane>>): Dissector {
  const readers = { in: new Reader(lanes.in.consume), out: new Reader(lanes.out.consume) };
  const settled = (direction: Direction): Segment[] =>
    lanes[direction].outline.take().map((span) => ({ direction, ...span }));
  return {
    push: (direction, bytes) => {
      readers[direction].push(bytes);
      return [...settled("in"), ...settled("out")];
    },
    held: (direction) => readers[direction].held + lanes[direction].outline.held,
  };
}
