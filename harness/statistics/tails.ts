/**
 * One value a launch of a quantile that needs all launches' samples together, such as p99.9: the pseudo-values of Tukey's jackknife over launches
 * (Tukey 1958; Miller 1974, The jackknife - a review, Biometrika 61), on the log scale and back in the quantile's unit. `merged` is the
 * quantile of the histograms of all k launches, `leaveOneOut[l]` that of all but launch l; undefined stays undefined. They are values as any
 * other launch's: `estimateOf` gives their geometric mean and interval, `compareAllPairs` tells transports apart by them. Throws RangeError with
 * fewer than two launches.
 */
export function pseudoValues<T extends number | undefined>(merged: number, leaveOneOut: readonly T[]): T[] {
  const launches = leaveOneOut.filter((one) => one !== undefined).length;
  if (launches < 2) throw new RangeError(`${launches} launches have no jackknife`);
  return leaveOneOut.map((one) =>
    one === undefined
      ? one
      : (Math.exp(launches * Math.log(merged) - (launches - 1) * Math.log(one)) as T & number),
  );
}
