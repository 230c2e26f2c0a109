import type { ChannelName } from "./channel.ts";
import { LabError } from "./errors.ts";

interface Sent {
  readonly channel: ChannelName;
  readonly from: string;
  readers: Set<string> | undefined;
}

/** Who sent the last `capacity` notifications, so that a read receipt finds its way back; older ones are forgotten. */
export class SentLog {
  readonly #byId = new Map<string, Sent>();
  readonly #ring: (string | undefined)[];
  #next = 0;

  constructor(capacity: number) {
    this.#ring = new Array(Math.max(1, capacity));
  }

  add(id: string, channel: ChannelName, from: string): void {
    const oldest = this.#ring[this.#next];
    if (oldest !== undefined) this.#byId.delete(oldest);
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
    return true;
  }
}

/** The answer to who marks something that is not known, or not followed by who marks it. */
export function unknownNotification(): LabError {
  return new LabError(
    "unknown_notification",
    "no such notification here, or it is too old to be marked as read",
  );
}
