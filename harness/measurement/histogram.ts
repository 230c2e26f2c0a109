import {
  build,
  decodeFromCompressedBase64,
  encodeIntoCompressedBase64,
  type Histogram,
} from "hdr-histogram-js";
import type { Latency } from "../result.ts";

const ONE_HOUR_US = 3_600_000_000;

/** Latencies of one kind in one process: whole microseconds, 3 digits, constant memory, negative ones counted apart. */
export class LatencyRecorder {
  readonly #histogram: Histogram = build({
    bitBucketSize: 32,
    autoResize: false,
    lowestDiscernibleValue: 1,
    highestTrackableValue: ONE_HOUR_US,
    numberOfSignificantValueDigits: 3,
    useWebAssembly: false,
  });
  negative = 0;

  record(latencyUs: number): void {
    if (latencyUs < 0) this.negative += 1;
    else this.#histogram.recordValue(latencyUs > ONE_HOUR_US ? ONE_HOUR_US : Math.round(latencyUs));
  }

  encode(): EncodedLatency {
    return { histogram: encodeIntoCompressedBase64(this.#histogram), negative: this.negative };
  }
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
