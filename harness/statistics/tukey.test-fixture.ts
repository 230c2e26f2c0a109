/// <reference path="./jstat.d.ts" />
import jStat from "jstat";
import { exponential, type Interval } from "./estimate.ts";
import { fitTwoWay, type LaunchValues } from "./two-way.ts";

/**
 * The quantile of the studentized range of `groups` means, by Copenhaver and Holland (1988), as R's qtukey. Right to three digits from 5
 * degrees of freedom on and up to p = 0.999; below, it is off by whole units.
 */
export function studentizedRange(p: number, groups: number, dof: number): number {
  const key = `${p} ${groups} ${dof}`;
  const known = quantiles.get(key) ?? jStat.tukey.inv(p, groups, dof);
  quantiles.set(key, known);
  return known;
}

/** Each takes milliseconds, and all runs of one shape need the same. */
const quantiles = new Map<string, number>();

/**
 * Tukey's and Kramer's intervals of all ratios at once, with the pooled variance of the two-way model: a yardstick for `compareAllPairs`. They
 * are exact where all transports have the same noise and miss twice as often as they say where one has three times that of the others.
 */
export function tukeyIntervals(values: LaunchValues, level = 0.05): Interval[] {
  const fit = fitTwoWay(
    values.map((row) => row.map((value) => (value === undefined ? value : Math.log(value)))),
  );
  const q = studentizedRange(1 - level, values.length, fit.dof);
  return values.flatMap((_, a) =>
    values.slice(a + 1).flatMap((_, index) => {
      const contrast = fit.contrast(a, a + 1 + index);
      if (!contrast) return [];
      const half = (q / Math.SQRT2) * Math.sqrt(contrast.factor * fit.variance);
      return exponential({ low: contrast.difference - half, high: contrast.difference + half });
    }),
  );
}
