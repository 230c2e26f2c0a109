/**
 * A token bucket: `perMinute` tokens at once, refilled evenly over a minute. Infinity lifts the limit.
 * `now` is in milliseconds and must not run backwards by more than the caller can bear: a step back refills nothing.
 */
export class RateLimit {
  readonly #perMinute: number;
  #tokens: number;
  #refilledAt: number;

  constructor(perMinute: number, now: number) {
    this.#perMinute = perMinute;
    this.#tokens = perMinute;
    this.#refilledAt = now;
  }

  /** Takes one token and says whether there was one. */
  take(now: number): boolean {
    if (this.#perMinute === Number.POSITIVE_INFINITY) return true;
    const elapsedMs = Math.max(0, now - this.#refilledAt);
    this.#refilledAt = now;
    this.#tokens = Math.min(this.#perMinute, this.#tokens + (elapsedMs / 60_000) * this.#perMinute);
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
