import { alongLine, type ClockLine } from "../measurement/clock.ts";
import type { Reading } from "./line.ts";
import type { ComparedClock } from "./messages.ts";

/** Between two comparisons that tell a rate: nearer ones tell more about their own bounds. */
const RATE_FROM_US = 3_000_000;

/**
 * What an agent knows of its controller's clock. Comparisons (many exchanges) give a line: its offset, and its rate where they lie so far apart that
 * their bounds tell one from none. The single exchanges between them are coarse, and only tell where the clock can't have been where the line is.
 */
export class ClockWatch {
  /** What processes are to go by. */
  line: ClockLine = { offsetUs: 0, rate: 0, atUs: 0 };
  #first: Reading | undefined;
  #last: Reading | undefined;
  #probes = 0;
  #straysUs = 0;

  /** Takes the exchange of a second. */
  beat(reading: Reading): void {
    if (!this.#last) return;
    this.#probes += 1;
    const strayUs = Math.abs(this.#missedBy(reading));
    if (strayUs > reading.boundUs) this.#straysUs = Math.max(this.#straysUs, strayUs + reading.boundUs);
  }

  /** Takes a comparison, and tells how the line of the last one fared since; the line is this one's from here on. */
  compared(reading: Reading): ComparedClock {
    const held = this.#last ? this.#missedBy(reading) : 0;
    const told = {
      offsetUs: reading.offsetUs,
      boundUs: reading.boundUs,
      heldUs: held,
      strayUs: this.#straysUs,
      probes: this.#probes,
    };
    this.#first ??= reading;
    this.#last = reading;
    this.#probes = 0;
    this.#straysUs = 0;
    const rate = rateBetween(this.#first, reading);
    this.line = { offsetUs: reading.offsetUs, rate, atUs: reading.atUs };
    return { ...told, rate };
  }

  /** How far the line is ahead of the clock at that reading. */
  #missedBy({ atUs, offsetUs }: Reading): number {
    return alongLine(this.line, atUs) - (atUs + offsetUs);
  }
}

/** By how much the other clock is faster, as a share; 0 where the bounds leave open whether it is. */
export function rateBetween(first: Reading, last: Reading): number {
  const elapsedUs = last.atUs - first.atUs;
  if (elapsedUs < RATE_FROM_US) return 0;
  const rate = (last.offsetUs - first.offsetUs) / elapsedUs;
  const openUs = first.boundUs + last.boundUs;
  return Math.abs(rate) * elapsedUs > openUs ? rate : 0;
}
