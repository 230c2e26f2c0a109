/** What became of the deliveries of one publisher to one subscriber, told by their sequence numbers alone. */
export class SequenceTracker {
  #next = 0;
  /** Numbers below `next` that have not come; its size is what is lost so far, so it is as small as the losses. */
  #missing: Set<number> | undefined;

  /** Takes one delivery and says what it is; `late` is a first delivery too, behind a later one. */
  take(sequence: number): "new" | "late" | "duplicate" {
    if (sequence === this.#next) {
      this.#next += 1;
      return "new";
    }
    if (sequence > this.#next) {
      this.#missing ??= new Set();
      for (let skipped = this.#next; skipped < sequence; skipped += 1) this.#missing.add(skipped);
      this.#next = sequence + 1;
      return "new";
    }
    return this.#missing?.delete(sequence) ? "late" : "duplicate";
  }
}

export interface DeliveryCounts {
  /** First deliveries. */
  delivered: number;
  duplicated: number;
  reordered: number;
}

/** The exact account of one load process: every delivery by (subscriber, publisher, sequence). */
export class DeliveryAccount {
  readonly counts: DeliveryCounts = { delivered: 0, duplicated: 0, reordered: 0 };
  readonly #trackers: Map<number, SequenceTracker>[];

  constructor(subscribers: number) {
    this.#trackers = Array.from({ length: subscribers }, () => new Map());
  }

  /** `subscriber` counts the subscriptions of this process; true for a first delivery. */
  take(subscriber: number, publisher: number, sequence: number): boolean {
    const mine = this.#trackers[subscriber];
    if (!mine) throw new RangeError(`there is no subscriber ${subscriber}`);
    let tracker = mine.get(publisher);
    if (!tracker) {
      tracker = new SequenceTracker();
      mine.set(publisher, tracker);
    }
    const outcome = tracker.take(sequence);
    if (outcome === "duplicate") {
      this.counts.duplicated += 1;
      return false;
    }
    this.counts.delivered += 1;
    if (outcome === "late") this.counts.reordered += 1;
    return true;
  }
}
