import { decodeFromCompressedBase64 } from "hdr-histogram-js";
import type { Latency } from "../../harness/result/result.ts";

/** No histogram of three digits is longer; what is was not written by the lab. */
const LONGEST = 200_000;

/** The latencies, in microseconds, beyond which one in so many samples lies; undefined where the histogram can't be read. */
export function quantilesOf({ histogram }: Latency, oneIns: readonly number[]): number[] | undefined {
  if (histogram.length > LONGEST) return undefined;
  try {
    const counts = decodeFromCompressedBase64(histogram);
    return counts.totalCount > 0
      ? oneIns.map((oneIn) => counts.getValueAtPercentile(100 * (1 - 1 / oneIn)))
      : undefined;
  } catch {
    return undefined;
  }
}
