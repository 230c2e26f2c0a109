import { transportBehind } from "../result/control-name.ts";
import { launchesRun } from "../result/launches-run.ts";
import type { Results, Trial } from "../result/result.ts";
import { compareAllPairs, LEAST_LAUNCHES, type PairEstimate } from "../statistics/all-pairs.ts";
import { LOOKS, levelAfter } from "../statistics/looks.ts";
import { aaDistance, verdictOf } from "../statistics/pair-verdict.ts";

/** When a run of launches ends before its last one. */
export interface Until {
  /** `distinguished`: each pair is told apart or practically equal; a share: no pair's interval reaches further than that to either side. */
  readonly goal: "distinguished" | number;
  /** No launch is begun that would probably end later than this after the run began. */
  readonly budgetSeconds: number;
}

/** The numbers of launches after which such a run looks at its data: those fixed for all runs, and its last. */
export function looksOf(most: number): number[] {
  return [...LOOKS.filter((launches) => launches < most), most];
}

/** What a look found: pairs of transports, by median latency and by CPU in every scenario, and those that have not reached the goal. */
export interface Look {
  readonly pairs: number;
  readonly open: number;
}

/** What a look reads of a trial. */
export interface Launched extends Pick<Trial, "transport" | "scenario" | "block" | "state"> {
  readonly metrics?: Partial<Pick<NonNullable<Trial["metrics"]>, "sliced">> | undefined;
}

/** What it reads of results. */
export type Looked = Pick<Results, "launches" | "transports" | "transportFacts"> & {
  readonly trials: readonly Launched[];
};

/** What the run found out about its own end after its latest launch. */
type Found = NonNullable<NonNullable<Results["launches"]>["until"]>;

/**
 * Looks at the launches so far where that is due: after those fixed beforehand, and when one more would end, at `nextSeconds`, after its time. `ended` says
 * why the run ends with this look, if it does. Undefined where it is no time to look.
 */
export function lookIfDue(results: Looked, until: Until, nextSeconds: number): Found | undefined {
  const seen = results.launches?.until;
  if (!results.launches || !seen) return undefined;
  const done = launchesRun(results);
  const isOutOfTime = nextSeconds > until.budgetSeconds;
  if (!looksOf(seen.most).includes(done) && !isOutOfTime) return undefined;
  const { ended: _, ...before } = seen;
  const found = { ...before, looks: [...seen.looks.filter((one) => one !== done), done] };
  const look = lookAt({ ...results, launches: { ...results.launches, until: found } }, until);
  // Who is left alone is compared with nobody, whatever comes.
  const isAlone = look.pairs === 0 && done >= LEAST_LAUNCHES;
  const isTold = look.open === 0 && look.pairs > 0;
  if (isTold) return { ...found, ...look, ended: "reached" };
  if (isAlone || done >= seen.most) return { ...found, ...look, ended: "launches" };
  return { ...found, ...look, ...(isOutOfTime ? { ended: "budget" as const } : {}) };
}

/** Looks at the launches so far. */
export function lookAt(results: Looked, { goal }: Pick<Until, "goal">): Look {
  const until = results.launches?.until;
  const done = launchesRun(results);
  const level = until ? levelAfter(done, until.looks, until.most) : undefined;
  const found = (results.launches?.scenarios ?? []).flatMap(({ name }) =>
    (["p50Us", "cpuUsPerDelivery"] as const).map((figure) => {
      const valuesOf = (transport: string) =>
        byLaunch(
          results.trials.filter((one) => one.scenario === name && one.transport === transport),
          figure,
        );
      const candidates = results.transports.filter(
        (one) =>
          transportBehind(one) === one &&
          results.transportFacts?.[one]?.baseline !== true &&
          mayBeRanked(results.trials.filter((trial) => trial.scenario === name && trial.transport === one)),
      );
      const aaBand = bandOf(results.transports, valuesOf);
      const { pairs } = compareAllPairs(candidates.map(valuesOf), level);
      const wanted = (candidates.length * (candidates.length - 1)) / 2;
      const reached = pairs.filter((pair) => hasReached(pair, goal, aaBand)).length;
      return { pairs: wanted, open: wanted - reached };
    }),
  );
  return {
    pairs: found.reduce((sum, { pairs }) => sum + pairs, 0),
    open: found.reduce((sum, { open }) => sum + open, 0),
  };
}

/** As reports rank: saturation in one launch speaks for the transport, and one that fails in all will not be there in the next. */
function mayBeRanked(trials: readonly Launched[]): boolean {
  const isGone = ({ state }: Launched) => state === "failed" || state === "skipped";
  return !trials.some(({ state }) => state === "saturated") && (trials.length === 0 || !trials.every(isGone));
}

function hasReached(pair: PairEstimate, goal: Until["goal"], aaBand: number): boolean {
  if (goal === "distinguished") return verdictOf(pair, { aaBand }) !== "inconclusive";
  return Math.sqrt(pair.interval.high / pair.interval.low) - 1 <= goal;
}

/** How far a transport under two names was from itself, the farthest where there are several. */
function bandOf(
  transports: readonly string[],
  valuesOf: (transport: string) => (number | undefined)[],
): number {
  const bands = transports.flatMap((control) => {
    const own = transportBehind(control);
    if (own === control) return [];
    return compareAllPairs([valuesOf(own), valuesOf(control)]).pairs.map(aaDistance);
  });
  return Math.max(0, ...bands);
}

function byLaunch(trials: readonly Launched[], figure: "p50Us" | "cpuUsPerDelivery"): (number | undefined)[] {
  const values: (number | undefined)[] = [];
  for (const { block, state, metrics } of trials)
    if (state === "completed") values[block] = metrics?.sliced?.[figure];
  return Array.from(values);
}
