import type { HubEvent, Notification } from "../../core/notification.ts";
import { IDLE, type Received, type Snapshot } from "./snapshot.ts";

/** The snapshot under construction: takes each change at once, and tells those who listen once a frame. */
export class Ledger {
  readonly #limit: number;
  readonly #listeners = new Set<() => void>();
  #shown = IDLE;
  #changes: Partial<Snapshot> = {};
  #arrived: Received[] = [];
  #latencies: number[] = [];
  #cancel: (() => void) | undefined;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get snapshot(): Snapshot {
    return this.#shown;
  }

  /** The snapshot as it will be, what is not shown yet included. */
  get latest(): Snapshot {
    return { ...this.#shown, ...this.#changes };
  }

  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  change(changes: Partial<Snapshot>): void {
    this.#changes = { ...this.#changes, ...changes };
    this.#cancel ??= onNextFrame(() => this.#show());
  }

  /** `since`: when the connection that brought it stood, by this page's clock. */
  take(event: HubEvent, since: number): void {
    const { receipts, received, replayed } = this.latest;
    if (event.kind === "receipt") {
      this.change({ receipts: [...receipts, event].slice(-this.#limit) });
      return;
    }
    const old = event.at < since;
    this.#arrived.push({ ...event, read: false });
    if (!old) this.#latencies.push(Math.max(0, Date.now() - event.at));
    // What no frame has shown yet is bounded as well: a hidden page has none.
    if (this.#arrived.length > 2 * this.#limit) {
      this.#arrived = this.#arrived.slice(-this.#limit);
      this.#latencies = this.#latencies.slice(-this.#limit);
    }
    this.change({ received: received + 1, replayed: replayed + (old ? 1 : 0) });
  }

  markRead(id: Notification["id"]): void {
    const mark = (one: Received) => (one.id === id ? { ...one, read: true } : one);
    this.#arrived = this.#arrived.map(mark);
    this.change({ notifications: this.latest.notifications.map(mark) });
  }

  #show(): void {
    this.#cancel = undefined;
    const { notifications, latenciesMs, ...rest } = this.latest;
    this.#shown = {
      ...rest,
      notifications: appended(notifications, this.#arrived, this.#limit),
      latenciesMs: appended(latenciesMs, this.#latencies, this.#limit),
    };
    this.#changes = {};
    this.#arrived = [];
    this.#latencies = [];
    for (const listener of this.#listeners) listener();
  }
}

function appended<T>(before: readonly T[], more: readonly T[], limit: number): readonly T[] {
  return more.length === 0 ? before : [...before, ...more].slice(-limit);
}

/** How often a page shows what is new that nobody sees. */
const HIDDEN_MS = 250;

function onNextFrame(run: () => void): () => void {
  if (document.visibilityState === "hidden") {
    const timer = setTimeout(run, HIDDEN_MS);
    return () => clearTimeout(timer);
  }
  const frame = requestAnimationFrame(run);
  return () => cancelAnimationFrame(frame);
}
