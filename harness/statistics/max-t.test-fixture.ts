import { randomInt } from "../../core/random.ts";
import { exponential, type Interval, momentsOf } from "./estimate.ts";

/**
 * Intervals of all ratios at once from the largest |t| of all pairs in `draws` resamples of whole launches (Westfall and Young 1993,
 * Resampling-based multiple testing): a yardstick for `compareAllPairs`. Takes complete values; with four launches a resample often has no
 * spread at all, so that its intervals say nothing.
 */
export function maxTIntervals(
  values: readonly (readonly number[])[],
  random: () => number,
  { level = 0.05, draws = 299 }: { readonly level?: number; readonly draws?: number } = {},
): Interval[] {
  const pairs = values.flatMap((one, a) =>
    values
      .slice(a + 1)
      .map((other) => one.map((value, launch) => Math.log(value) - Math.log(other[launch] ?? Number.NaN))),
  );
  const launches = values[0]?.length ?? 0;
  const moments = pairs.map(momentsOf);
  const largest = Array.from({ length: draws }, () => {
    const drawn = Array.from({ length: launches }, () => randomInt(random, launches));
    const sizes = pairs.map((differences, at) => {
      const resample = momentsOf(drawn.map((launch) => differences[launch] ?? Number.NaN));
      const error = resample.sd / Math.sqrt(launches);
      return error > 0
        ? Math.abs(resample.mean - (moments[at]?.mean ?? 0)) / error
        : Number.POSITIVE_INFINITY;
    });
    return Math.max(...sizes);
  }).sort((a, b) => a - b);
  const t = largest[Math.ceil((1 - level) * (draws + 1)) - 1] ?? Number.NaN;
  return moments.map(({ mean, sd }) => {
    const half = (t * sd) / Math.sqrt(launches);
    return exponential({ low: mean - half, high: mean + half });
  });
}
