export const MINUTE_MS = 60_000;

/**
 * A token bucket: `perMinute` publishes at once, refilled evenly over a minute. Infinity lifts the limit. `now` is in
 * milliseconds; a step back refills nothing. Credit is counted in whole units, a publish costing 60,000, so that a refill in
 * small steps loses nothing to rounding.
 */
export class RateLimit {
  readonly #perMinute: number;
  #credit: number;
  #refilledAt: number;

  constructor(perMinute: number, now: number) {
    this.#perMinute = perMinute;
    this.#credit = perMinute * MINUTE_MS;
    this.#refilledAt = now;
  }

  /** Pays for one publish and says whether there was credit for it. */
  take(now: number): boolean {
    if (this.#perMinute === Number.POSITIVE_INFINITY) return true;
    const elapsedMs = Math.max(0, now - this.#refilledAt);
    this.#refilledAt = now;
    this.#credit = Math.min(this.#perMinute * MINUTE_MS, this.#credit + elapsedMs * this.#perMinute);
    if (this.#credit < MINUTE_MS) return false;
    this.#credit -= MINUTE_MS;
    return true;
  }
}
