import { LatencyRecorder } from "./latency-recorder.ts";

interface Awaited {
  readonly intendedUs: number;
  readonly measured: boolean;
  remaining: number;
}

/**
 * Matches read receipts with the publishes they answer. A receipt names the notification's id, which the sender learns from
 * the acknowledgement; on transports with two connections the receipt can be the first to arrive, so either order is matched. It
 * holds what is under way, nothing else.
 */
export class ReceiptLedger {
  readonly latency = new LatencyRecorder();
  expected = 0;
  matched = 0;
  readonly #awaited = new Map<string, Awaited>();
  readonly #early = new Map<string, number[]>();

  /** Publishes, measured or not, whose receipts are not all back. */
  get awaited(): number {
    return this.#awaited.size;
  }

  /** Begins the counts anew; what is under way stays. */
  restart(): void {
    this.expected = 0;
    this.matched = 0;
  }

  /** A publish was acknowledged that `readers` users will mark as read. Times by the monotonic clock. */
  sent(id: string, intendedUs: number, readers: number, measured: boolean): void {
    if (readers === 0) return;
    if (measured) this.expected += readers;
    const awaited = { intendedUs, measured, remaining: readers };
    this.#awaited.set(id, awaited);
    const early = this.#early.get(id);
    if (!early) return;
    this.#early.delete(id);
    for (const receivedUs of early) this.#match(id, awaited, receivedUs);
  }

  received(id: string, receivedUs: number): void {
    const awaited = this.#awaited.get(id);
    if (awaited) this.#match(id, awaited, receivedUs);
    else this.#early.set(id, [...(this.#early.get(id) ?? []), receivedUs]);
  }

  #match(id: string, awaited: Awaited, receivedUs: number): void {
    awaited.remaining -= 1;
    if (awaited.remaining === 0) this.#awaited.delete(id);
    if (!awaited.measured) return;
    this.matched += 1;
    this.latency.record(receivedUs - awaited.intendedUs);
  }
}
