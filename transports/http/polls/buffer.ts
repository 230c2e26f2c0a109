import { LabError } from "../../../core/errors.ts";
import type { Batch, Batches, Item } from "./batch.ts";

/** The cursor of a session that has not been given an event yet. */
export const BEGINNING = "0";

/**
 * What one session has not acknowledged: the batch that was last given out, which a repeated poll gets again, and the events
 * behind it. Holds at most the bound of both together and one event more; the oldest are dropped first, and the next batch says
 * how many.
 */
export class PollBuffer {
  readonly #withinBound: (bytes: number) => boolean;
  readonly #batches: Batches;
  readonly #onDropped: (count: number) => void;
  readonly #batchOf: number;
  /** The cursor that the client has acknowledged. */
  #acknowledged = BEGINNING;
  #given: Batch | undefined;
  /** What is left of the last batch once its body had to make room: lost only if the client asks for it again. */
  #forgotten: Pick<Batch, "cursor" | "count" | "dropped"> | undefined;
  #queue: Item[] = [];
  #queuedBytes = 0;
  #dropped = 0;
  #repeats = 0;

  /** `withinBound` tells whether so many bytes may be held; `batchOf`: events that one answer brings, at most. */
  constructor(
    withinBound: (bytes: number) => boolean,
    batches: Batches,
    onDropped: (count: number) => void,
    batchOf = Number.POSITIVE_INFINITY,
  ) {
    this.#withinBound = withinBound;
    this.#batchOf = batchOf;
    this.#batches = batches;
    this.#onDropped = onDropped;
  }

  get cursor(): string {
    return this.#acknowledged;
  }

  /** What it holds. */
  get bytes(): number {
    return this.#queuedBytes + (this.#given?.bytes ?? 0);
  }

  /** How often in a row the last answer was asked for again. */
  get repeats(): number {
    return this.#repeats;
  }

  push(item: Item): void {
    while (!this.#withinBound(this.bytes) && this.#dropOldest());
    this.#queue.push(item);
    this.#queuedBytes += item.bytes;
  }

  /** Whether acknowledge() will take this cursor. */
  knows(cursor: string): boolean {
    return cursor === this.#acknowledged || cursor === (this.#given ?? this.#forgotten)?.cursor;
  }

  /**
   * Takes the cursor of a poll: the last batch's acknowledges it, the one before asks for it again. Throws `invalid_cursor` for
   * any other.
   */
  acknowledge(cursor: string): void {
    const given = this.#given ?? this.#forgotten;
    if (cursor !== given?.cursor && cursor !== this.#acknowledged)
      throw new LabError("invalid_cursor", "poll after the cursor of the last answer");
    const again = given !== undefined && cursor !== given.cursor;
    this.#repeats = again ? this.#repeats + 1 : 0;
    if (cursor === given?.cursor) {
      this.#acknowledged = cursor;
      this.#given = undefined;
    } else if (this.#forgotten) {
      // What the lost batch told of earlier losses has to be told again.
      this.#dropped += this.#forgotten.dropped;
      this.#lose(this.#forgotten.count);
    }
    this.#forgotten = undefined;
  }

  /** The next batch, or undefined when there is nothing to tell. */
  take(): Batch | undefined {
    if (this.#given) return this.#given;
    const items = this.#queue.length > this.#batchOf ? this.#queue.slice(0, this.#batchOf) : this.#queue;
    const dropped = this.#dropped;
    if (items.length === 0 && dropped === 0) return undefined;
    const id = items.at(-1)?.id ?? this.#acknowledged;
    // A replay may end with the event that the last batch ended with as well; the two cursors must differ all the same.
    const own = dropped > 0 || id === this.#acknowledged;
    this.#given = own
      ? this.#batches.batch(id === this.#acknowledged ? `${id}~` : id, items, dropped)
      : this.#batches.shared(items);
    const left = this.#queue.length - items.length;
    this.#queue = left === 0 ? [] : this.#queue.slice(items.length);
    this.#queuedBytes = left === 0 ? 0 : this.#queuedBytes - sizeOf(items);
    this.#dropped = 0;
    return this.#given;
  }

  /** Makes room; false when there is nothing left to drop. */
  #dropOldest(): boolean {
    if (this.#given) {
      const { cursor, count, dropped } = this.#given;
      this.#forgotten = { cursor, count, dropped };
      this.#given = undefined;
      return true;
    }
    const oldest = this.#queue.shift();
    if (!oldest) return false;
    this.#queuedBytes -= oldest.bytes;
    this.#lose(1);
    return true;
  }

  #lose(count: number): void {
    this.#dropped += count;
    this.#onDropped(count);
  }
}

function sizeOf(items: readonly Item[]): number {
  return items.reduce((sum, { bytes }) => sum + bytes, 0);
}
