import { nowUs } from "../measurement/clock.ts";

/** A timer of Node fires up to this much late; the rest is spent turning the event loop. */
const COARSE_US = 2_000;

/** Calls back at a moment, to some tens of microseconds. One moment at a time. */
export class Alarm {
  readonly #ring: () => void;
  #dueUs: number | undefined;
  #timer: NodeJS.Timeout | undefined;
  #immediate: NodeJS.Immediate | undefined;

  constructor(ring: () => void) {
    this.#ring = ring;
  }

  set(dueUs: number): void {
    this.clear();
    this.#dueUs = dueUs;
    this.#wait();
  }

  clear(): void {
    clearTimeout(this.#timer);
    clearImmediate(this.#immediate);
    this.#dueUs = undefined;
  }

  readonly #wait = (): void => {
    if (this.#dueUs === undefined) return;
    const aheadUs = this.#dueUs - nowUs();
    if (aheadUs > COARSE_US)
      this.#timer = setTimeout(this.#wait, Math.floor((aheadUs - COARSE_US) / 1_000) + 1);
    else if (aheadUs > 0) this.#immediate = setImmediate(this.#wait);
    else {
      this.#dueUs = undefined;
      this.#ring();
    }
  };
}
