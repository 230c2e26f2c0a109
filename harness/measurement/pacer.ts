import { setTimeout as sleep } from "node:timers/promises";
import { nowUs } from "./clock.ts";

/** setTimeout fires up to a millisecond late, so the last stretch is spent turning the event loop instead. */
const SPIN_US = 1_500;

/**
 * Settles at the due time (in the clock's microseconds) or as soon after it as the event loop allows; at once when it has
 * passed. While it spins, I/O is served between the turns. Rejects when the signal aborts.
 */
export async function waitUntil(dueUs: number, signal: AbortSignal): Promise<void> {
  let aheadUs = dueUs - nowUs();
  if (aheadUs > SPIN_US) {
    await sleep((aheadUs - SPIN_US) / 1_000, undefined, { signal });
    aheadUs = dueUs - nowUs();
  }
  while (aheadUs > 0) {
    await new Promise<void>((resolve) => setImmediate(resolve));
    signal.throwIfAborted();
    aheadUs = dueUs - nowUs();
  }
}
