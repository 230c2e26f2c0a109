import type { HubEvent } from "./notification.ts";
import type { Held, ReplayBudget } from "./replay-budget.ts";

/**
 * The last events of one channel, at least `capacity` of them and less than twice as many, unless the hub's budget of bytes is used
 * up. Capacity 0 keeps nothing.
 */
export class ReplayWindow {
  readonly #capacity: number;
  readonly #budget: ReplayBudget;
  #events: Held[] = [];
  /** Where the events that are still held begin. */
  #start = 0;
  #lostUpTo: number;

  constructor(capacity: number, lostUpTo: number, budget: ReplayBudget) {
    this.#capacity = capacity;
    this.#lostUpTo = lostUpTo;
    this.#budget = budget;
  }

  push(position: number, event: HubEvent): void {
    if (this.#capacity === 0) {
      this.#lostUpTo = position;
      return;
    }
    const held = { position, event, bytes: estimateBytes(event) };
    this.#events.push(held);
    this.#budget.add(this, held);
    // Trimming in bulk keeps push O(1) amortised; twice the capacity is the bound.
    if (this.#size >= this.#capacity * 2) this.trim();
  }

  /** Position of the newest event that is no longer held. */
  get lostUpTo(): number {
    return this.#lostUpTo;
  }

  /** Position of the newest event ever pushed, or where the window began. */
  get newest(): number {
    return this.#size > 0 ? (this.#events.at(-1)?.position ?? this.#lostUpTo) : this.#lostUpTo;
  }

  get oldest(): Held | undefined {
    return this.#events[this.#start];
  }

  /** The oldest event behind the position that is still held. */
  firstAfter(position: number): Held | undefined {
    let low = this.#start;
    let high = this.#events.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#events[middle]?.position ?? 0) > position) high = middle;
      else low = middle + 1;
    }
    return this.#events[low];
  }

  /** Brings the window back to its capacity. */
  trim(): void {
    while (this.#size > this.#capacity) this.evictOldest();
  }

  evictOldest(): void {
    const oldest = this.#events[this.#start];
    if (!oldest) return;
    this.#budget.remove(oldest);
    this.#lostUpTo = oldest.position;
    this.#start += 1;
    // What is evicted must not stay in memory; moved in bulk, so that eviction is O(1) amortised.
    if (this.#start * 2 < this.#events.length) return;
    this.#events = this.#events.slice(this.#start);
    this.#start = 0;
  }

  clear(): void {
    while (this.#size > 0) this.evictOldest();
  }

  /** Forgets what it holds and begins anew behind the position. */
  restart(lostUpTo: number): void {
    this.clear();
    this.#lostUpTo = lostUpTo;
  }

  get #size(): number {
    return this.#events.length - this.#start;
  }
}

/** Strings at two bytes a character and what an event's object takes beside them, roughly. */
function estimateBytes(event: HubEvent): number {
  const text = event.kind === "notification" ? event.body.length + event.from.length : event.by.length;
  return 256 + 2 * text;
}
