import {
  build,
  decodeFromCompressedBase64,
  encodeIntoCompressedBase64,
  type Histogram,
} from "hdr-histogram-js";
import type { Latency } from "../result/result.ts";
import { ONE_HOUR_US, type RecordedLatency } from "./latency-recorder.ts";

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

/** As a result keeps it: HdrHistogram's own format, compressed, in base64. */
type KeptLatency = Pick<Latency, "histogram" | "negative">;

/**
 * Merges what several processes recorded of one trial, or trials kept. Undefined when nothing was recorded. `publishes` is the number of
 * independent events behind the samples.
 */
export function mergeLatencies(
  parts: readonly (RecordedLatency | KeptLatency)[],
  publishes: number,
): Latency | undefined {
  const first = newHistogram();
  for (const part of parts) addTo(first, part);
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
    max: quantile(100),
    histogram: encodeIntoCompressedBase64(first),
  };
}

function addTo(histogram: Histogram, part: RecordedLatency | KeptLatency): void {
  if ("histogram" in part) {
    histogram.add(decodeFromCompressedBase64(part.histogram, 32, false));
    return;
  }
  const { counts } = part;
  for (let place = 0; place < counts.length; place += 2)
    histogram.recordValueWithCount(counts[place] ?? 0, counts[place + 1] ?? 0);
}
