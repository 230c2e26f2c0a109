/** A warm-up is over when this many windows in a row show no drift. */
export const STEADY_WINDOWS = 5;
/** Change over those windows, relative to their mean, that is let pass. */
const TOLERANCE = 0.05;
/** A change this large is drift however the windows scatter: one cold window and four warm ones make a poor line. */
const LARGE = 0.25;
/** Student's t for 95 %, two-sided, with the 3 degrees of freedom of a line through five points. */
const T_95_3 = 3.182;

export interface Drift {
  /** Change of the fitted line over the windows, relative to their mean: -0.1 is 10 % down. */
  readonly change: number;
  /** False when the change is beyond the tolerance and either large or more than the windows' scatter explains. */
  readonly steady: boolean;
}

/**
 * Whether the last windows of a series still drift, by a least-squares line through them. Comparing the range of the windows with
 * the tolerance instead would call most steady series unsteady at low rates: the median of a hundred latencies scatters by more than
 * that on its own. Undefined with fewer windows than it takes.
 */
export function driftOf(series: readonly number[]): Drift | undefined {
  const last = series.slice(-STEADY_WINDOWS);
  if (last.length < STEADY_WINDOWS) return undefined;
  const n = last.length;
  const mean = last.reduce((sum, value) => sum + value, 0) / n;
  if (mean === 0) return { change: 0, steady: true };
  const middle = (n - 1) / 2;
  const spread = last.reduce((sum, _, index) => sum + (index - middle) ** 2, 0);
  const slope = last.reduce((sum, value, index) => sum + (index - middle) * (value - mean), 0) / spread;
  const residual = last.reduce(
    (sum, value, index) => sum + (value - mean - slope * (index - middle)) ** 2,
    0,
  );
  const change = (slope * (n - 1)) / mean;
  const standardError = Math.sqrt(residual / (n - 2) / spread);
  const discernible = Math.abs(slope) > T_95_3 * standardError;
  const size = Math.abs(change);
  return { change, steady: size <= TOLERANCE || (size <= LARGE && !discernible) };
}
