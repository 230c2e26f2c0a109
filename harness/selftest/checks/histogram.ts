import { createRandom } from "../../../core/random.ts";
import { mergeLatencies } from "../../measurement/histogram.ts";
import { LatencyRecorder } from "../../measurement/latency-recorder.ts";
import type { Latency } from "../../result/result.ts";
import { type Check, findingOf } from "../check.ts";

const SAMPLES = 200_000;
const PARTS = 7;
const QUANTILES = { p50: 0.5, p90: 0.9, p99: 0.99, p999: 0.999, max: 1 } as const;

export const histogram: Check = {
  name: "histogram",
  proves: "quantiles equal those of the sorted samples, and dividing, encoding and merging change nothing",
  target: "within 0.1 % (or 1 us) of an exact sort; 7 parts merged identical to one",
  timed: false,
  run: async ({ seed }) => {
    const samples = latencies(seed);
    const whole = recorded(samples);
    const merged = mergeLatencies(
      Array.from({ length: PARTS }, (_, part) =>
        recorder(samples.filter((_, index) => index % PARTS === part)).read(),
      ),
      SAMPLES,
    );
    const again = mergeLatencies(whole ? [{ histogram: whole.histogram, negative: 0 }] : [], SAMPLES);
    const sorted = Float64Array.from(samples).sort();
    const worst = Math.max(...errors(whole, sorted));
    const identical = same(whole, merged) && same(whole, again);
    return findingOf(
      worst <= 0.001 && identical,
      `off by at most ${(worst * 100).toFixed(3)} %; ${identical ? "identical" : "not identical"}`,
      { worstErrorShare: worst, identical: Number(identical) },
    );
  },
};

/** Of five orders of magnitude, skewed like real ones, in whole microseconds. */
function latencies(seed: number): number[] {
  const random = createRandom(seed);
  return Array.from({ length: SAMPLES }, () => Math.ceil(Math.exp(5 + 7 * random() * random() * random())));
}

function recorder(samples: readonly number[]): LatencyRecorder {
  const own = new LatencyRecorder();
  for (const sample of samples) own.record(sample);
  return own;
}

function recorded(samples: readonly number[]): Latency | undefined {
  return mergeLatencies([recorder(samples).read()], SAMPLES);
}

/** Relative to the exact quantile by nearest rank; what is within the histogram's unit of 1 us counts as right. */
function errors(latency: Latency | undefined, sorted: Float64Array): number[] {
  return Object.entries(QUANTILES).map(([name, quantile]) => {
    const exact = sorted[Math.ceil(quantile * sorted.length) - 1] ?? Number.NaN;
    const found = latency?.[name as keyof typeof QUANTILES] ?? Number.NaN;
    const off = Math.abs(found - exact);
    return off <= 1 ? 0 : off / exact;
  });
}

function same(a: Latency | undefined, b: Latency | undefined): boolean {
  return a !== undefined && JSON.stringify(a) === JSON.stringify(b);
}
