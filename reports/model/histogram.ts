import { decodeFromCompressedBase64, JsHistogram } from "hdr-histogram-js";
import type { Latency } from "../../harness/result/result.ts";
import type { Interval } from "../../harness/statistics/estimate.ts";
import { launchTailValues, tailInterval } from "../../harness/statistics/tails.ts";

/** No histogram of three digits is longer; what is was not written by the lab. */
const LONGEST = 200_000;

/** The latencies, in microseconds, beyond which one in so many samples lies; undefined where the histogram can't be read. */
export function quantilesOf(latency: Latency, oneIns: readonly number[]): number[] | undefined {
  const counts = decoded(latency);
  return counts && counts.totalCount > 0
    ? oneIns.map((oneIn) => counts.getValueAtPercentile(100 * (1 - 1 / oneIn)))
    : undefined;
}

/** A quantile of several launches' histograms merged. */
export interface MergedQuantile {
  readonly value: number;
  /** 95 %, by launches; none where they are too few for it. */
  readonly interval?: Interval;
  /** What each launch says of it, in the order given. */
  readonly byLaunch: readonly (number | undefined)[];
}

/** The value beyond which one in `oneIn` of all launches' samples lies; undefined of a single launch, and where one can't be read. */
export function mergedTail(
  oneIn: number,
  launches: readonly (Latency | undefined)[],
): MergedQuantile | undefined {
  const parts = launches.flatMap((one) => (one && decoded(one)) ?? []);
  const [merged] = launches.flatMap((one) => (one && decoded(one)) ?? []);
  if (!merged || parts.length < 2 || parts.length < launches.length) return undefined;
  for (const part of parts.slice(1)) merged.add(part);
  if (merged.totalCount === 0) return undefined;
  const quantile = 1 - 1 / oneIn;
  const valueAt = (share: number) => Math.max(1, merged.getValueAtPercentile(100 * share));
  const value = valueAt(quantile);
  const tail = { quantile, valueAt, beyond: parts.map((part) => shareBeyond(part, value)) };
  const interval = tailInterval(tail);
  return { value, ...(interval ? { interval } : {}), byLaunch: launchTailValues(tail) };
}

function decoded({ histogram }: Latency): JsHistogram | undefined {
  if (histogram.length > LONGEST) return undefined;
  try {
    const counts = decodeFromCompressedBase64(histogram);
    return counts instanceof JsHistogram ? counts : undefined;
  } catch {
    return undefined;
  }
}

/** The share of its samples above the value; undefined of none. */
function shareBeyond(counts: JsHistogram, value: number): number | undefined {
  if (counts.totalCount === 0) return undefined;
  const last = counts.countsArrayIndex(counts.maxValue);
  let beyond = 0;
  for (let index = counts.countsArrayIndex(value) + 1; index <= last; index += 1)
    beyond += counts.getCountAtIndex(index);
  return beyond / counts.totalCount;
}
