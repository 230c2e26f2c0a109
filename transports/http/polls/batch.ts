import type { Delivery } from "../../../core/notification.ts";
import type { Codec, Encoded } from "../../codec/codec.ts";

/** One event as every session's buffer holds it: encoded once, shared by all. */
export interface Item {
  readonly id: string;
  readonly encoded: Encoded;
  readonly bytes: number;
}

/** The body of one answer to a poll. `cursor` acknowledges it when the next poll brings it. */
export interface Batch {
  readonly cursor: string;
  readonly count: number;
  readonly dropped: number;
  readonly bytes: number;
  readonly body: Encoded;
  readonly mediaType: string;
}

/** A cursor as an entity tag (RFC 9110, 8.8.3): it changes with whatever an answer would bring. */
export function cursorTag(cursor: string): string {
  return `"${cursor}"`;
}

/** What one server makes of events. */
export interface Batches {
  item(event: Delivery): Item;
  batch(cursor: string, items: readonly Item[], dropped: number): Batch;
  /** The answer to a poll that waited for nothing. */
  empty(cursor: string): Batch;
  /** A batch that holds nothing of a session's own, so that sessions which are due the same events share one. */
  shared(items: readonly Item[]): Batch;
}

export function createBatches(codec: Codec): Batches {
  const toBatch = (cursor: string, items: readonly Item[], dropped: number): Batch => {
    const body = codec.encodeWithList(
      dropped > 0 ? { cursor, dropped } : { cursor },
      "events",
      items.map(({ encoded }) => encoded),
    );
    const { mediaType } = codec;
    return { cursor, count: items.length, dropped, bytes: Buffer.byteLength(body), body, mediaType };
  };

  // The last one only: the sessions that wait for the same channel are answered one after the other.
  let last = toBatch("", [], 0);
  let made: readonly Item[] = [];
  let nothing = last;
  return {
    item: (event) => {
      const encoded = codec.encode(event);
      return { id: event.id, encoded, bytes: Buffer.byteLength(encoded) };
    },
    batch: toBatch,
    empty: (cursor) => {
      if (cursor !== nothing.cursor) nothing = toBatch(cursor, [], 0);
      return nothing;
    },
    shared: (items) => {
      if (items.length === made.length && items.every((item, index) => item === made[index])) return last;
      made = items;
      last = toBatch(items.at(-1)?.id ?? "", items, 0);
      return last;
    },
  };
}
