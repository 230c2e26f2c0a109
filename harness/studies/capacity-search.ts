/** Two loads that are no further apart than this factor need none between them. */
const RESOLUTION = 1.15;
/** Trials at each end of the interval before it is believed. */
const CONFIRMATIONS = 3;
const GROWTH = 2;
const MAX_TRIALS = 40;

export interface Bounds {
  readonly start: number;
  readonly min: number;
  readonly max: number;
}

export interface Capacity {
  /** Held in every trial, there and wherever lower; undefined when the least load did not. */
  readonly holds: number | undefined;
  /** Broke in every trial, there and wherever higher; undefined when the highest load held. */
  readonly breaks: number | undefined;
  /** False when the search gave up before each end was tried often enough. */
  readonly confirmed: boolean;
}

interface Tally {
  held: number;
  broke: number;
}

/**
 * Looks for the highest load that holds: doubling, then by halves on a logarithmic scale, then both ends again, each in fresh trials. A load
 * that holds at times and breaks at times lies between the ends, so the interval tells the noise as well as the step. Knows nothing of
 * transports: it says what to try and is told what came of it.
 */
export class CapacitySearch {
  readonly #bounds: Bounds;
  readonly #tallies = new Map<number, Tally>();
  #trials = 0;

  constructor(bounds: Bounds) {
    this.#bounds = bounds;
  }

  /** The load to try next; undefined when the search is over. */
  next(): number | undefined {
    if (this.#trials >= MAX_TRIALS) return undefined;
    if (this.#trials === 0) return this.#bounds.start;
    const { low, firstBreak, lastHold, high } = this.#ends();
    const { min, max } = this.#bounds;
    if (high === undefined && lastHold !== undefined && lastHold < max)
      return Math.min(max, rounded(lastHold * GROWTH));
    if (low === undefined && firstBreak !== undefined && firstBreak > min)
      return Math.max(min, rounded(firstBreak / GROWTH));
    const between = gap(low, firstBreak) ?? gap(lastHold, high);
    if (between !== undefined && !this.#tallies.has(between)) return between;
    for (const end of [low, high]) if (end !== undefined && this.#tried(end) < CONFIRMATIONS) return end;
    return undefined;
  }

  tell(load: number, held: boolean): void {
    const tally = this.#tallies.get(load) ?? { held: 0, broke: 0 };
    if (held) tally.held += 1;
    else tally.broke += 1;
    this.#tallies.set(load, tally);
    this.#trials += 1;
  }

  result(): Capacity {
    const { low, high } = this.#ends();
    const ends = [low, high].filter((end) => end !== undefined);
    return {
      holds: low,
      breaks: high,
      confirmed: ends.length > 0 && ends.every((end) => this.#tried(end) >= CONFIRMATIONS),
    };
  }

  #ends() {
    const loads = [...this.#tallies].sort(([a], [b]) => a - b);
    const firstBreak = loads.find(([, { broke }]) => broke > 0)?.[0];
    const lastHold = loads.findLast(([, { held }]) => held > 0)?.[0];
    return {
      low: loads.findLast(([load]) => firstBreak === undefined || load < firstBreak)?.[0],
      firstBreak,
      lastHold,
      high: loads.find(([load]) => lastHold === undefined || load > lastHold)?.[0],
    };
  }

  #tried(load: number): number {
    const tally = this.#tallies.get(load);
    return tally ? tally.held + tally.broke : 0;
  }
}

/** The middle of two loads that lie apart. */
function gap(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined || b === undefined || b / a <= RESOLUTION) return undefined;
  const middle = rounded(Math.sqrt(a * b));
  return middle > a && middle < b ? middle : undefined;
}

/** Loads one can say: three digits, or whole numbers. */
function rounded(load: number): number {
  return load >= 10 ? Math.round(Number(load.toPrecision(3))) : Number(load.toPrecision(3));
}
