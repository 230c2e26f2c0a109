import { createRandom } from "../../core/random.ts";
import { momentsOf } from "./estimate.ts";
import { standardNormal } from "./normal.ts";
import { type LaunchValues, twoWayModel } from "./two-way.ts";

const DRAWS = 999;
/** Null distributions by the pattern of cells that are there, ascending: all runs of one plan share one. */
const nulls = new Map<string, number[]>();
const KEPT = 50;

/**
 * The probability that transports with the same noise show residuals of sizes as unlike as these: Levene's statistic (Levene 1960, Robust
 * tests for equality of variances) on the residuals of the two-way model, against its distribution in 999 simulated runs of the same shape.
 * Tables don't fit: residuals of one launch sum to zero. Undefined with fewer than three transports, whose residuals mirror one another.
 */
export function sameVarianceP(residuals: LaunchValues): number | undefined {
  if (residuals.filter((row) => row.some((one) => one !== undefined)).length < 3) return undefined;
  const statistic = leveneOf(residuals);
  if (!Number.isFinite(statistic)) return undefined;
  const beyond = nullOf(residuals).filter((one) => one >= statistic).length;
  return (beyond + 1) / (DRAWS + 1);
}

/** The spread of the mean sizes between transports over the spread within them: Levene's F up to a factor that a shape has in common. */
function leveneOf(residuals: LaunchValues): number {
  const sizes = residuals
    .map((row) => row.flatMap((one) => (one === undefined ? [] : Math.abs(one))))
    .filter(({ length }) => length > 1);
  const grand = momentsOf(sizes.flat()).mean;
  const moments = sizes.map((row) => ({ n: row.length, ...momentsOf(row) }));
  const between = moments.reduce((sum, { n, mean }) => sum + n * (mean - grand) ** 2, 0);
  const within = moments.reduce((sum, { n, sd }) => sum + (n - 1) * sd ** 2, 0);
  return between / within;
}

function nullOf(residuals: LaunchValues): readonly number[] {
  const shape = residuals.map((row) => row.map((one) => (one === undefined ? "-" : "x")).join("")).join("/");
  const known = nulls.get(shape);
  if (known) return known;
  const random = createRandom(1);
  const model = twoWayModel(residuals);
  const drawn = Array.from({ length: DRAWS }, () =>
    leveneOf(
      model(residuals.map((row) => row.map((one) => (one === undefined ? one : standardNormal(random)))))
        .residuals,
    ),
  );
  if (nulls.size >= KEPT) nulls.clear();
  nulls.set(shape, drawn);
  return drawn;
}
