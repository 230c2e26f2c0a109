export const ONE_HOUR_US = 3_600_000_000;
/** HdrHistogram's layout for 3 digits from 1 on: 2,048 values of their own, then 1,024 steps a doubling. */
const EXACT = 2_048;
const STEPS = 1_024;
const STEP_BITS = 10;

/**
 * Latencies of one kind in one process: whole microseconds, 3 digits, constant memory, negative ones counted apart. It counts into
 * HdrHistogram's own buckets with a few integer operations; what is merged is a histogram of the library.
 */
export class LatencyRecorder {
  readonly #counts = new Uint32Array(indexOf(ONE_HOUR_US) + 1);
  /** Above the highest place that has a count. */
  #end = 0;
  negative = 0;
  #lowestUs = 0;

  record(latencyUs: number): void {
    if (latencyUs < 0) {
      this.negative += 1;
      if (latencyUs < this.#lowestUs) this.#lowestUs = latencyUs;
      return;
    }
    const index = indexOf(latencyUs > ONE_HOUR_US ? ONE_HOUR_US : Math.round(latencyUs));
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    if (index >= this.#end) this.#end = index + 1;
  }

  /** Its content, of which it keeps nothing. */
  take(): RecordedLatency {
    const taken = this.read();
    this.#counts.fill(0, 0, this.#end);
    this.#end = 0;
    this.negative = 0;
    this.#lowestUs = 0;
    return taken;
  }

  read(): RecordedLatency {
    const counts: number[] = [];
    for (let index = 0; index < this.#end; index += 1) {
      const count = this.#counts[index] ?? 0;
      if (count > 0) counts.push(lowestOf(index), count);
    }
    return { counts, negative: this.negative, ...(this.negative > 0 && { lowestUs: this.#lowestUs }) };
  }
}

/** For whole numbers under 2^32. */
function indexOf(us: number): number {
  if (us < EXACT) return us;
  const shift = 31 - Math.clz32(us) - STEP_BITS;
  return EXACT + (shift - 1) * STEPS + ((us >>> shift) - STEPS);
}

/** The lowest value that is counted there. */
function lowestOf(index: number): number {
  if (index < EXACT) return index;
  const shift = 1 + Math.floor((index - EXACT) / STEPS);
  return (STEPS + ((index - EXACT) % STEPS)) * 2 ** shift;
}

/** A recorder's content as it travels between processes, where to write a histogram each would take longer than a slice may. */
export interface RecordedLatency {
  /** A latency in microseconds and how often it was, in turn. */
  readonly counts: readonly number[];
  readonly negative: number;
  /** The lowest of the negative ones, where there are any. */
  readonly lowestUs?: number;
}
