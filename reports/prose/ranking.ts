import { isDisturbed } from "../../harness/result/host-disturbance.ts";
import type { Results } from "../../harness/result/result.ts";
import { LEAST_LAUNCHES } from "../../harness/statistics/all-pairs.ts";
import { spreadOf } from "../model/cell.ts";
import { replicateOf, type ScenarioSummary } from "../model/summary.ts";
import { quantity } from "./format.ts";
import { counted, listed, replicates } from "./text.ts";

/** How far the figures can be trusted to order the transports, and what they are. */
export function rankingSentence(results: Results, summary: readonly ScenarioSummary[]): string {
  const { blocks, launches } = results;
  if (launches?.stopped) return stoppedSentence(launches.stopped);
  const replicate = replicateOf(results);
  const many = replicates(replicate);
  if (blocks === 1)
    return `Nothing is ranked: one ${replicate} can't tell a difference between transports from noise. Figures are what was observed, once.`;
  const figures = summary.some(({ cells }) => spreadOf(cells) === "interval")
    ? `Figures are geometric means over ${many} (p99 and p99.9: of all of them merged), with 95 % intervals.`
    : `Figures are observed medians, with their range over ${many}.`;
  if (blocks < LEAST_LAUNCHES)
    return `Nothing is ranked: ${blocks} ${many} are too few; a ranking needs ${LEAST_LAUNCHES}. ${figures}`;
  if (!summary.some(({ verdicts }) => Object.values(verdicts).some(({ ranks }) => ranks.size > 0)))
    return `Nothing is ranked: ${whyUnranked(results, summary)}. ${figures}`;
  return (
    `Ranks follow from comparing pairs, with intervals that hold for all pairs of a metric at once (95 %): two transports are different when ` +
    `the interval excludes 1 and the effect is beyond 5 %, practically equal when two one-sided tests put it within 5 %, and otherwise ` +
    `inconclusive. ${figures}${stopSentence(results)}`
  );
}

/** Why no two transports of these scenarios can be compared, by the machine where it is at fault. */
function whyUnranked(results: Results, summary: readonly ScenarioSummary[]): string {
  const { environment, trials } = results;
  const names = new Set(summary.map(({ name }) => name));
  const own = trials.filter(({ scenario }) => names.has(scenario));
  const disturbed = own.filter((trial) => isDisturbed(trial, environment.cpus)).length;
  const together = `no two transports completed ${LEAST_LAUNCHES} ${replicates(replicateOf(results))} together`;
  if (disturbed === 0) return together;
  return (
    `the machine disturbed ${disturbed} of ${counted(own.length, "trial")}, so ${together}; run it again at a quieter time ` +
    "or on a machine of its own, or with --quick for figures without a ranking"
  );
}

/** Why a scenario has no answer where others have one. */
export function noAnswer(results: Results, scenario: ScenarioSummary): string {
  return `${scenario.name}: nothing is ranked, since ${whyUnranked(results, [scenario])}.`;
}

/** Why a run was given up. */
function stoppedSentence({
  after,
  planned,
  disturbed,
  trials,
}: NonNullable<NonNullable<Results["launches"]>["stopped"]>): string {
  return (
    `Nothing is ranked: the machine disturbed ${disturbed} of ${trials} trials, so the run was given up after ${after} of ${planned} launches: ` +
    `a ranking needs ${LEAST_LAUNCHES} in which nothing is disturbed. Run it again at a quieter time or on a machine of its own, or with --quick for figures without a ranking.`
  );
}

/** Why a run ended where nobody said how many launches it has: what fitted, or at which look enough was known; nothing of one under way. */
function stopSentence({ launches, blocks, finishedAt }: Results): string {
  const { ended, goal, open = 0, pairs = 0, looks = [], budgetSeconds = 0, most = 0 } = launches?.until ?? {};
  if (launches?.fitting)
    return finishedAt
      ? ` ${counted(blocks, "launch", "launches")} were run: ${fittingText(launches.fitting, blocks)}.`
      : "";
  if (!ended || goal === undefined) return "";
  const wanted =
    goal === "distinguished"
      ? "told apart or practically equal"
      : `known to within ${quantity("share", goal)}`;
  const by = "by median latency and CPU";
  const at = `It looked at the data after ${listed(looks.map(String))} launches, which its intervals allow for, and stopped`;
  if (ended === "reached") return ` ${at} there, after ${blocks}: all ${pairs} pairs are ${wanted} ${by}.`;
  if (pairs === 0) return ` ${at} after ${blocks}: there are no two transports left to compare.`;
  const left = `${open} of ${pairs} pairs are not ${wanted} ${by}`;
  return ended === "budget"
    ? ` ${at} after ${blocks} because another launch would have gone beyond --budget ${Math.round(budgetSeconds / 60)}: ${left}.`
    : ` ${at} after ${most}, the most it has: ${left}.`;
}

function fittingText(
  { least, most, seconds }: { least: number; most: number; seconds: number },
  launches: number,
): string {
  if (launches >= most) return "the most without --launches";
  const time = `the ${Math.round(seconds)} s that such a run has`;
  return launches > least ? `no more fitted into ${time}` : `the least, since no more fitted into ${time}`;
}
