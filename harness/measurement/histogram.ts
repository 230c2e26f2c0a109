import {
  build,
  decodeFromCompressedBase64,
  encodeIntoCompressedBase64,
  type Histogram,
} from "hdr-histogram-js";
import type { Latency } from "../result/result.ts";

const ONE_HOUR_US = 3_600_000_000;
/** HdrHistogram's layout for 3 digits from 1 on: 2,048 values of their own, then 1,024 steps a doubling. */
const EXACT = 2_048;
const STEPS = 1_024;
const STEP_BITS = 10;

/**
 * Latencies of one kind in one process: whole microseconds, 3 digits, constant memory, negative ones counted apart. It counts into
 * HdrHistogram's own buckets with a few integer operations, and becomes a histogram of the library when it is encoded.
 */
export class LatencyRecorder {
  readonly #counts = new Uint32Array(indexOf(ONE_HOUR_US) + 1);
  negative = 0;

  record(latencyUs: number): void {
    if (latencyUs < 0) {
      this.negative += 1;
      return;
    }
    const index = indexOf(latencyUs > ONE_HOUR_US ? ONE_HOUR_US : Math.round(latencyUs));
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
  }

  /** Its content, of which it keeps nothing. */
  take(): EncodedLatency {
    const taken = this.encode();
    this.#counts.fill(0);
    this.negative = 0;
    return taken;
  }

  encode(): EncodedLatency {
    const histogram = newHistogram();
    const counts = this.#counts;
    for (let index = 0; index < counts.length; index += 1) {
      const count = counts[index] ?? 0;
      if (count > 0) histogram.recordValueWithCount(lowestOf(index), count);
    }
    return { histogram: encodeIntoCompressedBase64(histogram), negative: this.negative };
  }
}

function newHistogram(): Histogram {
  return build({
    bitBucketSize: 32,
    autoResize: false,
    lowestDiscernibleValue: 1,
    highestTrackableValue: ONE_HOUR_US,
    numberOfSignificantValueDigits: 3,
    useWebAssembly: false,
  });
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

/** A recorder's content as it travels between processes. */
export interface EncodedLatency {
  readonly histogram: string;
  readonly negative: number;
}

/**
 * Merges what several processes recorded of one trial. Undefined when nothing was recorded. `publishes` is the number of
 * independent events behind the samples.
 */
export function mergeLatencies(parts: readonly EncodedLatency[], publishes: number): Latency | undefined {
  const [first, ...rest] = parts.map((part) => decodeFromCompressedBase64(part.histogram, 32, false));
  if (!first) return undefined;
  for (const other of rest) first.add(other);
  const negative = parts.reduce((sum, part) => sum + part.negative, 0);
  if (first.totalCount === 0 && negative === 0) return undefined;
  const quantile = (percentile: number) =>
    first.totalCount === 0 ? 0 : first.getValueAtPercentile(percentile);
  return {
    count: first.totalCount,
    publishes,
    negative,
    min:
      first.totalCount === 0 ? 0 : first.minNonZeroValue > first.maxValue ? 0 : first.getValueAtPercentile(0),
    mean: first.totalCount === 0 ? 0 : first.mean,
    p50: quantile(50),
    p90: quantile(90),
    p99: quantile(99),
    p999: quantile(99.9),
    max: first.totalCount === 0 ? 0 : first.maxValue,
    histogram: encodeIntoCompressedBase64(first),
  };
}
