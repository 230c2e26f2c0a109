import { tQuantile } from "./student.ts";

/** Both ends belong to it. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** One transport's value over blocks. */
export interface Estimate {
  readonly value: number;
  /** What `value` is: a geometric mean wherever there is an interval. */
  readonly kind: "geometric mean" | "median";
  /** The 95 % t-interval of the mean of the logarithms, in the values' own unit. */
  readonly interval?: Interval;
}

/** Fewer values than these say nothing of their spread. */
const INTERVAL_BLOCKS = 3;

/**
 * The value one would expect of another block, from one value a block. From three values on it is the geometric mean, whose
 * ratio between two transports is the mean effect that verdicts speak of. Of one or two values, or where one is not positive and
 * has no logarithm, it is the median (of an even number the mean of the middle two), without an interval.
 */
export function estimateOf(values: readonly number[]): Estimate {
  const logs = values.map(Math.log);
  if (values.length < INTERVAL_BLOCKS || !logs.every(Number.isFinite))
    return { value: medianOf(values), kind: "median" };
  const { mean, sd } = momentsOf(logs);
  const interval = exponential(tInterval(mean, sd, logs.length, 0.95));
  // Values that lie a universe apart have an interval no number can write.
  const finite = Number.isFinite(interval.high) && interval.low > 0;
  return { value: Math.exp(mean), kind: "geometric mean", ...(finite ? { interval } : {}) };
}

/** Mean and sample standard deviation (n - 1); of a single value the deviation is unknown, NaN. */
export function momentsOf(values: readonly number[]): { readonly mean: number; readonly sd: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, sd: Math.sqrt(squares / (values.length - 1)) };
}

/** The t-interval of a mean of `n` values at a confidence level in (0, 1). */
export function tInterval(mean: number, sd: number, n: number, level: number): Interval {
  const half = (tQuantile((1 + level) / 2, n - 1) * sd) / Math.sqrt(n);
  return { low: mean - half, high: mean + half };
}

/** An interval of logarithms, back in the unit of what they were taken of. */
export function exponential({ low, high }: Interval): Interval {
  return { low: Math.exp(low), high: Math.exp(high) };
}

/** The middle value; of an even number the mean of the middle two. */
export function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[sorted.length >> 1] ?? Number.NaN;
  const lower = sorted[(sorted.length - 1) >> 1] ?? Number.NaN;
  return lower + (upper - lower) / 2;
}
