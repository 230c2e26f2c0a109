import { exponential, type Interval, medianOf, momentsOf } from "./estimate.ts";
import { grubbsOf } from "./grubbs.ts";
import { tQuantile } from "./student.ts";
import { fitTwoWay, type LaunchValues, type TwoWayFit } from "./two-way.ts";
import { sameVarianceP } from "./variance-check.ts";

/** How two transports of a run differ; the intervals hold for all pairs of the run at once. */
export interface PairEstimate {
  /** The transports' indexes, a < b. */
  readonly a: number;
  readonly b: number;
  /** a/b: 1.2 means that a's value is 20 % above b's. */
  readonly ratio: number;
  /** Of the ratio, at the family's level: 95 % where nothing else is asked for. */
  readonly interval: Interval;
  /** Of the ratio, for two one-sided tests at the family's level, which an equality rests on: 90 % for 95 %. */
  readonly equalityInterval: Interval;
  /** Of ln(a/b). */
  readonly meanLog: number;
  readonly standardError: number;
  /** Of `standardError`, by Satterthwaite. */
  readonly dof: number;
  /** Launches that have both. */
  readonly launches: number;
}

export interface AllPairs {
  /** Every pair that can be compared, in order; a pair is missing where its launches don't suffice. */
  readonly pairs: readonly PairEstimate[];
  /** The chance that even one of the intervals misses, 0.05 where nothing else is asked for. */
  readonly level: number;
  /** What the intervals were made with: less than that where the data were looked at before. */
  readonly usedLevel: number;
  /** Whether variances were moderated by the pooled one, or each pair has its own because the check says that they differ. */
  readonly variances: "moderated" | "per pair";
  /** p of that check; absent where there is nothing to check. */
  readonly sameVarianceP?: number;
}

/** Launches that a pair must have in common. */
export const LEAST_LAUNCHES = 3;
/** The check of variances is believed at this level. */
export const CHECK_LEVEL = 0.05;
/** The pooled variance's weight in that of a transport, and the least share of it that a transport is believed to have. */
const WEIGHT = 0.5;
const FLOOR = 0.1;
/** From how many times the variance of the transport in the middle on a transport has no say in how noisy the others are. */
const FAR_NOISIER = 10;
/** What is left of the level when such a one was found in the data: less than all, so that looking costs nothing (by simulation). */
const LEVEL_LEFT = 0.6;
/** Transports that must be left to pool. */
const LEAST_POOLED = 3;

/**
 * Compares all transports of a run in one metric of one scenario, one positive value a launch and transport: additive model of the logarithms,
 * simultaneous t-intervals by Sidak (1967, Rectangular confidence regions for the means of multivariate normal distributions, JASA 62).
 * Each transport has a variance of its own (grubbs.ts), drawn halfway to the pooled one, with Satterthwaite's degrees of freedom; where Levene's check says that variances differ, each pair has the one of its own differences, and so have the pairs of a transport
 * that is far noisier than the others, which the check can't see in a few launches. A transport with a value that is not positive has no
 * logarithm and is left out. docs/method.md says why not Tukey's intervals and not resampling.
 */
export function compareAllPairs(values: LaunchValues, level = 0.05): AllPairs {
  const all = values.map(logsOf);
  const shared = pairsOf(all).filter(({ differences }) => differences.length >= LEAST_LAUNCHES);
  const compared = new Set(shared.flatMap(({ a, b }) => [a, b]));
  // What is compared with nothing has no say in how noisy the others are.
  const logs = all.map((row, at) => (compared.has(at) ? row : []));
  const fit = fitTwoWay(logs);
  const p = sameVarianceP(fit.residuals);
  const variances = p !== undefined && p < CHECK_LEVEL ? "per pair" : "moderated";
  const noisy = variances === "moderated" ? farNoisier(shared, compared) : new Set<number>();
  const isPooled = ({ a, b }: SharedPair) => !noisy.has(a) && !noisy.has(b);
  const pooled = logs.map((row, at) => (noisy.has(at) ? [] : row));
  const differ =
    variances === "moderated"
      ? byModel(noisy.size > 0 ? fitTwoWay(pooled) : fit, shared.filter(isPooled))
      : byOwnLaunches;
  const left = noisy.size > 0 ? LEVEL_LEFT * level : level;
  const one = 1 - (1 - left) ** (1 / shared.length);
  const pairs = shared.flatMap((pair): PairEstimate[] => {
    const found = isPooled(pair) ? differ(pair) : byOwnLaunches(pair);
    if (!found) return [];
    const { meanLog, standardError, dof } = found;
    const around = (p: number) => {
      const half = tQuantile(p, dof) * standardError;
      return exponential({ low: meanLog - half, high: meanLog + half });
    };
    return [
      {
        a: pair.a,
        b: pair.b,
        ratio: Math.exp(meanLog),
        interval: around(1 - one / 2),
        equalityInterval: around(1 - left / shared.length),
        ...found,
        launches: pair.differences.length,
      },
    ];
  });
  return { pairs, level, usedLevel: left, variances, ...(p === undefined ? {} : { sameVarianceP: p }) };
}

/** Two transports and ln(a/b) of each launch that has both. */
interface SharedPair {
  readonly a: number;
  readonly b: number;
  readonly differences: readonly number[];
  /** Of these. */
  readonly variance: number;
}

type Difference = Pick<PairEstimate, "meanLog" | "standardError" | "dof">;

/** Nothing of a transport that has a value without a logarithm. */
function logsOf(row: readonly (number | undefined)[]): (number | undefined)[] {
  const logs = row.map((value) => (value === undefined ? value : Math.log(value)));
  return logs.every((one) => one === undefined || Number.isFinite(one)) ? logs : [];
}

function pairsOf(logs: LaunchValues): SharedPair[] {
  return logs.flatMap((one, a) =>
    logs.slice(a + 1).map((other, index) => {
      const differences = one.flatMap((value, launch) => {
        const beside = other[launch];
        return value === undefined || beside === undefined ? [] : value - beside;
      });
      return { a, b: a + 1 + index, differences, variance: momentsOf(differences).sd ** 2 };
    }),
  );
}

/**
 * Transports whose differences to the others vary over ten times as much as is usual, by the median of each one's pairs: that of another one is in
 * one of its pairs only. None where too few would be left.
 */
function farNoisier(shared: readonly SharedPair[], compared: ReadonlySet<number>): ReadonlySet<number> {
  const own = [...compared].map((transport) => ({
    transport,
    variance: medianOf(
      shared.flatMap(({ a, b, variance }) => (a === transport || b === transport ? [variance] : [])),
    ),
  }));
  const usual = medianOf(own.map(({ variance }) => variance));
  const noisy = own.filter(({ variance }) => variance > FAR_NOISIER * usual);
  return new Set(own.length - noisy.length < LEAST_POOLED ? [] : noisy.map(({ transport }) => transport));
}

/** By the launches that have both, and nothing else. */
function byOwnLaunches({ differences, variance }: SharedPair): Difference {
  const n = differences.length;
  return { meanLog: momentsOf(differences).mean, standardError: Math.sqrt(variance / n), dof: n - 1 };
}

/** By the two-way model, with variances moderated by the pooled one; by a pair's own launches where they can't be had. */
function byModel(
  fit: TwoWayFit,
  shared: readonly SharedPair[],
): (pair: SharedPair) => Difference | undefined {
  const compared = [...new Set(shared.flatMap(({ a, b }) => [a, b]))];
  const grubbs = grubbsOf(shared, compared);
  if (!grubbs) return byOwnLaunches;
  const variances = new Map(
    grubbs.variances.map((alone, at) => [
      compared[at] ?? -1,
      Math.max((1 - WEIGHT) * alone + WEIGHT * fit.variance, FLOOR * fit.variance),
    ]),
  );
  const varianceOf = (transport: number) => variances.get(transport) ?? Number.NaN;
  return ({ a, b, differences }) => {
    const contrast = fit.contrast(a, b);
    if (!contrast) return undefined;
    const sum = varianceOf(a) + varianceOf(b);
    // The pooled variance is the mean of all.
    const weights = compared.map(
      (transport) => (transport === a || transport === b ? 1 - WEIGHT : 0) + (2 * WEIGHT) / compared.length,
    );
    const share = grubbs.dofShare(weights, compared.map(varianceOf));
    return {
      meanLog: contrast.difference,
      standardError: Math.sqrt((contrast.factor * sum) / 2),
      // Without any noise, as bytes may be, there is nothing to be uncertain of.
      dof: sum > 0 ? Math.min(share * (differences.length - 1), fit.dof) : fit.dof,
    };
  };
}
