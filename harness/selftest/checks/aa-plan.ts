import { seedOf } from "../../../core/random.ts";
import type { Trial } from "../../result/result.ts";
import { compareAllPairs } from "../../statistics/all-pairs.ts";
import { medianOf } from "../../statistics/estimate.ts";
import { verdictOf } from "../../statistics/pair-verdict.ts";
import { type Check, type CheckContext, type Finding, findingOf } from "../check.ts";
import { type DefaultPlan, launched, VERDICT_FIGURES } from "../default-plan.ts";

/** In a hundred runs of a sound instrument more than nine errors come once in 35. */
const MOST_OF_100 = 9;

/** The default run with its first transport twice, again and again; only run when it is asked for, since a run takes minutes. */
export const aaPlan: Check = {
  name: "aa-plan",
  proves: "whole runs of the default plan rarely take one transport under two names for two",
  target: "the copies told apart in at most 9 of 100 runs (5 % nominal)",
  timed: true,
  onDemand: true,
  run: async (context) => {
    const [first] = context.plan.transports;
    if (!first) return { verdict: "not possible", reason: "there is no transport to name twice" };
    return concludedRuns(await wholeRuns(context, first), context.runs);
  },
};

/** As many as were asked for, or those before an interruption. */
async function wholeRuns(
  context: CheckContext,
  first: DefaultPlan["transports"][number],
): Promise<Comparison[]> {
  const { plan, runs, signal } = context;
  const copy = { ...first, name: `${first.name}#2` };
  const doubled: DefaultPlan = { ...plan, transports: [...plan.transports, copy] };
  const outcomes: Comparison[] = [];
  try {
    for (let index = 0; index < runs; index += 1) {
      // Neighbouring seeds of one self-test have no run in common.
      const seed = seedOf(context.seed, "aa-plan", index);
      const trials: Trial[] = [];
      for (let launch = 0; launch < plan.launches; launch += 1) {
        const doing = `run ${index + 1} of ${runs}, launch ${launch + 1} of ${plan.launches}`;
        trials.push(...(await launched(context, doubled, seed, launch, doing)));
      }
      outcomes.push(comparedRun(trials, doubled, first.name, copy.name));
    }
  } catch (error) {
    // Hours of runs are not lost with the one that was interrupted.
    if (!signal.aborted || outcomes.length === 0) throw error;
  }
  return outcomes;
}

/** Of runs that were asked for, what came of those that were made. */
export function concludedRuns(outcomes: readonly Comparison[], runs: number): Finding {
  const whole = outcomes.filter(({ tests }) => tests > 0);
  const interrupted = outcomes.length < runs ? `interrupted after ${outcomes.length} of ${runs} runs; ` : "";
  if (whole.length === 0)
    return { verdict: "not possible", reason: `${interrupted}no run had three launches with both copies` };
  const [errors, byModel] = [
    whole.filter(({ apart }) => apart).length,
    whole.filter(({ apartByModel }) => apartByModel).length,
  ];
  const halves = whole.flatMap(({ halfWidths }) => halfWidths);
  const half = halves.length > 0 ? medianOf(halves) : undefined;
  const measured =
    `${interrupted}${errors} of ${whole.length} runs told the copies apart, ${byModel} by the model of all transports (at most ${MOST_OF_100} in 100 allowed at 5 %)` +
    (half === undefined ? "" : `; median half-width of p50 ${(half * 100).toFixed(1)} %`);
  // Few runs can't show that errors are rare enough, but may show that they are not.
  return findingOf(Math.max(errors, byModel) <= mostErrors(whole.length), measured, {
    runs: whole.length,
    familyErrors: errors,
    familyErrorsByModel: byModel,
    ...(half === undefined ? {} : { medianHalfWidthShare: half }),
  });
}

interface Comparison {
  /** By the differences of the two, as reports test controls. */
  readonly apart: boolean;
  /** By the model that verdicts rest on, with both names among all transports. */
  readonly apartByModel: boolean;
  /** Figures that both copies have. */
  readonly tests: number;
  /** Of the simultaneous intervals of all pairs by median latency, as a share. */
  readonly halfWidths: readonly number[];
}

/** Whether a run tells the two names apart, by all its figures together, and how wide its intervals are. */
function comparedRun(
  trials: readonly Trial[],
  { transports, scenarios, launches }: DefaultPlan,
  first: string,
  copy: string,
): Comparison {
  const rowOf = (transport: string, scenario: string, read: (trial: Trial) => number | undefined) =>
    Array.from({ length: launches }, (_, launch) => {
      const trial = trials.find(
        (one) => one.transport === transport && one.scenario === scenario && one.block === launch,
      );
      return trial?.state === "completed" ? read(trial) : undefined;
    });
  const both = scenarios.flatMap(({ name }) =>
    Object.values(VERDICT_FIGURES).map((read) => [rowOf(first, name, read), rowOf(copy, name, read)]),
  );
  const tested = both.filter((rows) => compareAllPairs(rows).pairs.length > 0);
  const level = 1 - 0.95 ** (1 / Math.max(1, tested.length));
  const apart = tested.some((rows) =>
    compareAllPairs(rows, level).pairs.some((pair) => verdictOf(pair) === "different"),
  );
  const names = transports.map(({ name }) => name).filter((name) => name !== copy);
  const at = names.indexOf(first);
  const apartByModel = scenarios.some(({ name }) =>
    Object.values(VERDICT_FIGURES).some((read) => {
      const rows = [...names, copy].map((one) => rowOf(one, name, read));
      // The level at which the family of all pairs leaves this one what it has alone.
      const alone = compareAllPairs(rows).pairs.length;
      return compareAllPairs(rows, 1 - (1 - level) ** alone).pairs.some(
        (pair) => pair.a === at && pair.b === names.length && verdictOf(pair) === "different",
      );
    }),
  );
  const halfWidths = scenarios.flatMap(({ name }) =>
    compareAllPairs(names.map((one) => rowOf(one, name, VERDICT_FIGURES["median latency"]))).pairs.map(
      ({ interval }) => Math.sqrt(interval.high / interval.low) - 1,
    ),
  );
  return { apart, apartByModel, tests: tested.length, halfWidths };
}

/** The most errors that so many runs of a sound instrument have, but for one case in 35 at the most. */
export function mostErrors(runs: number): number {
  let term = 0.95 ** runs;
  let sum = term;
  let errors = 0;
  while (1 - sum > 1 / 35) {
    term *= ((runs - errors) / (errors + 1)) * (0.05 / 0.95);
    errors += 1;
    sum += term;
  }
  return errors;
}
