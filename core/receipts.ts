import type { ChannelName } from "./channel.ts";
import { LabError } from "./errors.ts";

interface Sent {
  readonly channel: ChannelName;
  readonly from: string;
  readers: Set<string> | undefined;
}

/** Readers that are remembered, of all notifications together: some hundred bytes each. */
export const MOST_READERS = 500_000;

/**
 * Who sent the last `capacity` notifications, so that a read receipt finds its way back; older ones are forgotten. So are the oldest ones' readers, and the
 * notifications with them, where more have been read than are remembered.
 */
export class SentLog {
  readonly #byId = new Map<string, Sent>();
  readonly #ring: (string | undefined)[];
  readonly #mostReaders: number;
  #next = 0;
  #readers = 0;

  constructor(capacity: number, mostReaders = MOST_READERS) {
    this.#ring = new Array(Math.max(1, capacity));
    this.#mostReaders = mostReaders;
  }

  add(id: string, channel: ChannelName, from: string): void {
    const oldest = this.#ring[this.#next];
    if (oldest !== undefined) this.#forget(oldest);
    this.#ring[this.#next] = id;
    this.#next = (this.#next + 1) % this.#ring.length;
    this.#byId.set(id, { channel, from, readers: undefined });
  }

  find(id: string): { readonly channel: ChannelName; readonly from: string } | undefined {
    return this.#byId.get(id);
  }

  /** Notes the reader; false when it had been noted before, so that reading twice sends one receipt. */
  markRead(id: string, reader: string): boolean {
    const sent = this.#byId.get(id);
    if (!sent || sent.readers?.has(reader)) return false;
    sent.readers ??= new Set();
    sent.readers.add(reader);
    this.#readers += 1;
    if (this.#readers > this.#mostReaders) this.#forgetReaders();
    return true;
  }

  /** The map has them in the order in which they were added. */
  #forgetReaders(): void {
    for (const oldest of this.#byId.keys()) {
      if (this.#readers <= this.#mostReaders) return;
      this.#forget(oldest);
    }
  }

  #forget(id: string): void {
    this.#readers -= this.#byId.get(id)?.readers?.size ?? 0;
    this.#byId.delete(id);
  }
}

/** The answer to who marks something that is not known, or not followed by who marks it. */
export function unknownNotification(): LabError {
  return new LabError(
    "unknown_notification",
    "no such notification here, or it is too old to be marked as read",
  );
}
