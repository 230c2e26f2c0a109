import type { HubEvent } from "./notification.ts";

/** The last `capacity` events of one channel, with the hub-wide position of each. Capacity 0 keeps nothing. */
export class ReplayWindow {
  readonly #capacity: number;
  #events: { position: number; event: HubEvent }[] = [];
  /** Position of the newest event that is no longer held. */
  #lostUpTo: number;

  constructor(capacity: number, lostUpTo: number) {
    this.#capacity = capacity;
    this.#lostUpTo = lostUpTo;
  }

  push(position: number, event: HubEvent): void {
    if (this.#capacity === 0) {
      this.#lostUpTo = position;
      return;
    }
    this.#events.push({ position, event });
    // Trimming in bulk keeps push O(1) amortised; twice the capacity is the bound.
    if (this.#events.length >= this.#capacity * 2) this.#trim();
  }

  /** Events behind the position, oldest first, and whether some behind it are gone. */
  after(position: number): { events: HubEvent[]; missed: boolean } {
    this.#trim();
    const events = this.#events.filter((held) => held.position > position).map((held) => held.event);
    return { events, missed: this.#lostUpTo > position };
  }

  /** Position of the newest event ever pushed, or where the window began. */
  get newest(): number {
    return this.#events.at(-1)?.position ?? this.#lostUpTo;
  }

  #trim(): void {
    const surplus = this.#events.length - this.#capacity;
    if (surplus <= 0) return;
    this.#lostUpTo = this.#events[surplus - 1]?.position ?? this.#lostUpTo;
    this.#events = this.#events.slice(surplus);
  }
}
