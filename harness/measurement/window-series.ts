/** Buckets a doubling: a bucket is 1.6 % wide, so a quantile is off by half of that at most. */
const BITS = 6;
const PER_OCTAVE = 1 << BITS;
const LONGEST = 0xffff_ffff;
const OCTAVES = 32;
const BUCKETS = PER_OCTAVE * OCTAVES;

/** Latencies of one interval of time, in buckets. Buckets travel between processes and are added up. */
export interface Window {
  readonly count: number;
  readonly maxUs: number;
  /** Pairs of bucket and count. */
  readonly buckets: Uint32Array;
}

/**
 * Latencies by the interval of time they were seen in, coarse (1.6 %) and small: a time line, beside the fine histogram of the
 * whole. Intervals are `widthUs` long from the epoch on; what comes after the last one is counted there.
 */
export class WindowSeries {
  readonly #widthUs: number;
  readonly #last: number;
  readonly #windows: (Filling | undefined)[] = [];
  #at = -1;
  #filling: Filling = { count: 0, maxUs: 0, counts: new Uint32Array(0) };

  constructor(widthUs: number, windows: number) {
    this.#widthUs = widthUs;
    this.#last = windows - 1;
  }

  /** `sinceEpochUs` is when it was seen; negative latencies are counted as zero here. */
  record(sinceEpochUs: number, latencyUs: number): void {
    const at = Math.min(this.#last, Math.max(0, Math.floor(sinceEpochUs / this.#widthUs)));
    if (at !== this.#at) {
      this.#at = at;
      this.#filling = this.#windows[at] ??= { count: 0, maxUs: 0, counts: new Uint32Array(BUCKETS) };
    }
    const filling = this.#filling;
    filling.count += 1;
    if (latencyUs > filling.maxUs) filling.maxUs = latencyUs;
    const bucket = bucketOf(latencyUs);
    filling.counts[bucket] = (filling.counts[bucket] ?? 0) + 1;
  }

  window(index: number): Window {
    const filling = this.#windows[index];
    if (!filling) return { count: 0, maxUs: 0, buckets: new Uint32Array(0) };
    const pairs: number[] = [];
    for (const [bucket, count] of filling.counts.entries()) if (count > 0) pairs.push(bucket, count);
    return { count: filling.count, maxUs: filling.maxUs, buckets: Uint32Array.from(pairs) };
  }

  windows(): Window[] {
    return Array.from({ length: this.#windows.length }, (_, index) => this.window(index));
  }
}

interface Filling {
  count: number;
  maxUs: number;
  readonly counts: Uint32Array;
}

/** The same interval of time as several processes saw it. */
export function mergeWindows(parts: readonly Window[]): Window {
  const counts = new Map<number, number>();
  for (const { buckets } of parts) {
    for (let index = 0; index < buckets.length; index += 2) {
      const bucket = buckets[index] ?? 0;
      counts.set(bucket, (counts.get(bucket) ?? 0) + (buckets[index + 1] ?? 0));
    }
  }
  const sorted = [...counts].sort(([a], [b]) => a - b);
  return {
    count: parts.reduce((sum, part) => sum + part.count, 0),
    maxUs: Math.max(0, ...parts.map((part) => part.maxUs)),
    buckets: Uint32Array.from(sorted.flat()),
  };
}

/** A quantile (0 to 1) in microseconds, the middle of its bucket; undefined when nothing was seen. */
export function windowQuantile({ count, buckets }: Window, quantile: number): number | undefined {
  if (count === 0) return undefined;
  const rank = Math.max(1, Math.ceil(quantile * count));
  let seen = 0;
  for (let index = 0; index < buckets.length; index += 2) {
    seen += buckets[index + 1] ?? 0;
    if (seen >= rank) return middleOf(buckets[index] ?? 0);
  }
  return undefined;
}

/** Octave by the exponent, then linear within it, in whole microseconds; below 1 us everything is bucket 0. */
function bucketOf(latencyUs: number): number {
  const us = latencyUs < 1 ? 1 : latencyUs > LONGEST ? LONGEST : latencyUs >>> 0;
  const octave = 31 - Math.clz32(us);
  const within = octave >= BITS ? us >>> (octave - BITS) : us << (BITS - octave);
  return octave * PER_OCTAVE + (within & (PER_OCTAVE - 1));
}

function middleOf(bucket: number): number {
  const octave = Math.floor(bucket / PER_OCTAVE);
  return 2 ** octave * (1 + ((bucket % PER_OCTAVE) + 0.5) / PER_OCTAVE);
}
