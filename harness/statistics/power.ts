/// <reference path="./jstat.d.ts" />
import jStat from "jstat";
import { CHECK_LEVEL, type PairEstimate } from "./all-pairs.ts";
import { normalShare } from "./normal.ts";
import { type Bounds, LEAST_MARGIN } from "./pair-verdict.ts";
import { tQuantile } from "./student.ts";

/** The power that the advice on further launches names. */
const POWER = 0.8;
const MOST_LAUNCHES = 1_000;
/** Figures without any noise, as bytes may be, are no division by zero. */
const LEAST_ERROR = 1e-12;
/** Equally likely values of the standard error that a power is averaged over. */
const SPREADS = 40;

export interface PowerOptions extends Bounds {
  /** Pairs tested together. */
  readonly pairs: number;
  /** Of the family, at the look in question. */
  readonly level?: number;
}

/** What would decide an inconclusive pair. */
export interface FurtherLaunches {
  readonly launches: number;
  /** What it would be told to be. */
  readonly verdict: "different" | "practically equal";
  readonly power: number;
}

/**
 * How many launches more would tell a pair with a power of 80 %, should effect and noise be what they look like. An effect within the margin can
 * only become `practically equal`, one beyond it only `different`. Undefined where no 1,000 launches would, because the effect sits on the
 * margin or within the A/A band.
 */
export function furtherLaunches(pair: PairEstimate, options: PowerOptions): FurtherLaunches | undefined {
  const verdict =
    Math.abs(pair.meanLog) > Math.log1p(options.margin ?? LEAST_MARGIN) ? "different" : "practically equal";
  let [low, high] = [pair.launches + 1, MOST_LAUNCHES + 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (powerAt(pair, middle, verdict, options) >= POWER) high = middle;
    else low = middle + 1;
  }
  return low > MOST_LAUNCHES ? undefined : { launches: low - pair.launches, verdict, power: POWER };
}

/**
 * The probability of a verdict with `launches` launches, for a pair whose true effect and noise are those of the estimate. The standard
 * error to come is a chi of the degrees of freedom to come, the estimate normal; the other direction is left out. Once in twenty the check of
 * variances will be wrong and leave the pair to its own launches.
 */
export function powerAt(
  pair: Pick<PairEstimate, "meanLog" | "standardError" | "dof" | "launches">,
  launches: number,
  verdict: FurtherLaunches["verdict"],
  options: PowerOptions,
): number {
  const size = Math.abs(pair.meanLog);
  const sd = Math.max(pair.standardError * Math.sqrt(pair.launches / launches), LEAST_ERROR);
  // Every part of the degrees of freedom grows with the launches less one.
  const dof = (pair.dof * (launches - 1)) / (pair.launches - 1);
  const alone = launches - 1;
  const power = powerWith(size, sd, dof, verdict, options);
  if (dof <= alone * 1.001) return power;
  return (1 - CHECK_LEVEL) * power + CHECK_LEVEL * powerWith(size, sd, alone, verdict, options);
}

function powerWith(
  size: number,
  sd: number,
  dof: number,
  verdict: FurtherLaunches["verdict"],
  { pairs, level = 0.05, margin = LEAST_MARGIN, aaBand = 0 }: PowerOptions,
): number {
  const bound = Math.log1p(margin);
  const one = 1 - (1 - level) ** (1 / pairs);
  const t = tQuantile(verdict === "different" ? 1 - one / 2 : 1 - level / pairs, dof);
  const between = (low: number, high: number) =>
    high > low ? normalShare((high - size) / sd) - normalShare((low - size) / sd) : 0;
  const powers = spreadsOf(dof).map((spread) => {
    const half = t * sd * spread;
    return verdict === "different"
      ? between(Math.max(half + Math.log1p(aaBand), bound), Number.POSITIVE_INFINITY)
      : between(half - bound, bound - half);
  });
  return powers.reduce((sum, power) => sum + power, 0) / SPREADS;
}

/** They cost more than all else of a power, and pairs of equally many launches share them. */
const known = new Map<number, readonly number[]>();
const MOST_KNOWN = 1_000;

/** Equally likely ratios of an estimated standard error to the true one. */
function spreadsOf(exact: number): readonly number[] {
  // To three digits: a power needs no more.
  const dof = Number(exact.toPrecision(3));
  const spreads =
    known.get(dof) ??
    Array.from({ length: SPREADS }, (_, index) =>
      Math.sqrt(jStat.chisquare.inv((index + 0.5) / SPREADS, dof) / dof),
    );
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(dof, spreads);
  return spreads;
}
