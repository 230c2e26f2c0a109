const PARTS = 10;

/**
 * Notices that nothing was heard for so many milliseconds *in which this process ran*. It counts ticks of its own, so time in which this process
 * (or its whole machine) stood still counts as one tick and is not laid to the other end's charge: what that one sent meanwhile is read first.
 */
export class Watchdog {
  readonly #timer: NodeJS.Timeout;
  #ticks = 0;

  /** `onSilent` is called once. */
  constructor(limitMs: number, onSilent: () => void) {
    this.#timer = setInterval(() => {
      this.#ticks += 1;
      if (this.#ticks <= PARTS) return;
      this.end();
      onSilent();
    }, limitMs / PARTS);
  }

  heard(): void {
    this.#ticks = 0;
  }

  end(): void {
    clearInterval(this.#timer);
  }
}
