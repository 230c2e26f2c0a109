import type { HubEvent } from "../../core/notification.ts";

/** Notifications that a column shows, and latencies of its sparkline. */
const SHOWN = 100;
const DRAWN = 60;

/** One notification as it came to bob. */
export interface Arrival {
  readonly id: string;
  readonly channel: string;
  readonly body: string;
  /** From publish to arrival by the time of day; null when that went back in between. */
  readonly latencyMs: number | null;
  readonly late: boolean;
  /** From bob's mark to the receipt at ann's, or "sent" while it is on its way. */
  readonly receipt: number | "sent" | null;
}

/** The last notifications of a column, newest first; no more than are shown, however many come. */
export class Arrivals {
  #shown: readonly Arrival[] = [];
  #latencies: readonly (number | null)[] = [];
  /** Collected until somebody looks, newest last. */
  #fresh: Arrival[] = [];

  get shown(): readonly Arrival[] {
    if (this.#fresh.length === 0) return this.#shown;
    const fresh = this.#fresh.slice(-SHOWN).reverse();
    this.#shown = [...fresh, ...this.#shown].slice(0, SHOWN);
    const latencies = this.#fresh.filter(({ late }) => !late).map(({ latencyMs }) => latencyMs);
    this.#latencies = [...this.#latencies, ...latencies].slice(-DRAWN);
    this.#fresh = [];
    return this.#shown;
  }

  /** Of those that came live, oldest first. */
  get latencies(): readonly (number | null)[] {
    return this.shown && this.#latencies;
  }

  add({ id, channel, body, at }: HubEvent & { readonly kind: "notification" }, now: number, late: boolean) {
    const waited = now - at;
    this.#fresh.push({ id, channel, body, late, latencyMs: waited < 0 ? null : waited, receipt: null });
    // A page that nobody looks at draws nothing.
    if (this.#fresh.length >= 2 * SHOWN) this.#fresh.splice(0, SHOWN);
  }

  mark(id: string, receipt: Arrival["receipt"]): void {
    this.#shown = this.shown.map((one) => (one.id === id ? { ...one, receipt } : one));
  }

  find(id: string): Arrival | undefined {
    return this.shown.find((one) => one.id === id);
  }
}
