import type { HubEvent } from "./notification.ts";

export interface Held {
  /** Hub-wide. */
  readonly position: number;
  readonly event: HubEvent;
  /** An estimate of its memory. */
  readonly bytes: number;
}

/** What the budget knows of a replay window. */
interface Evicted {
  readonly oldest: Held | undefined;
  evictOldest(): void;
}

/** Keeps what all replay windows of a hub hold within a number of bytes (an estimate): the oldest event of any channel goes first. */
export class ReplayBudget {
  readonly #maxBytes: number;
  #bytes = 0;
  /** In order of arrival; an entry whose event is gone already is passed over. */
  #order: { readonly window: Evicted; readonly held: Held }[] = [];
  #next = 0;
  #live = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  add(window: Evicted, held: Held): void {
    this.#bytes += held.bytes;
    this.#live += 1;
    if (this.#maxBytes === Number.POSITIVE_INFINITY) return;
    this.#order.push({ window, held });
    while (this.#bytes > this.#maxBytes && this.#evictOldest());
    if (this.#order.length > 2 * this.#live + 1_024) this.#compact();
  }

  remove(held: Held): void {
    this.#bytes -= held.bytes;
    this.#live -= 1;
  }

  #evictOldest(): boolean {
    const entry = this.#order[this.#next];
    if (!entry) return false;
    this.#next += 1;
    if (entry.window.oldest === entry.held) entry.window.evictOldest();
    return true;
  }

  #compact(): void {
    this.#order = this.#order
      .slice(this.#next)
      .filter(({ window, held }) => held.position >= (window.oldest?.position ?? Number.POSITIVE_INFINITY));
    this.#next = 0;
  }
}
