import { planSchema } from "../../scenarios/plan.ts";
import type { Lesson, TrialsExperiment } from "../../workshop/lesson.ts";
import { type Experiment, grouped, groupSeconds, scenarioOf } from "../claims/experiments.ts";
import type { KeptRuns } from "../claims/kept-runs.ts";
import { unknownHere } from "../claims/lacking.ts";
import { whyTooManyFiles } from "../claims/run-group.ts";
import { whyNoEngines } from "../flags/engines-needed.ts";

/** Lessons are as short as a quick run of claims: three blocks, enough for an interval. */
export const MODE = "quick";
export const JOURNEY_SECONDS = 1.2;

/** About how long a lesson's experiments take on a quiet machine, in seconds. */
export function machineSeconds(lesson: Lesson): number {
  return secondsOf(grouped(trialsExperiments(lesson))) + journeysOf(lesson).length * JOURNEY_SECONDS;
}

export function secondsOf(groups: readonly (readonly Experiment[])[]): number {
  return groups.reduce((sum, group) => sum + groupSeconds(group, MODE), 0);
}

/** The transports on which one notification is recorded. */
export function journeysOf({ experiments }: Lesson): string[] {
  return experiments.flatMap((one) => (one.kind === "journey" ? one.transports : []));
}

/** An experiment as the harness runs it; also for tests of what it plans. */
export function experimentOf(lesson: Lesson, one: TrialsExperiment): Experiment {
  const label = labelOf(lesson, one);
  const scenario = scenarioOf(one.setup, MODE);
  const { faults } = one;
  return {
    label,
    scenario: {
      ...scenario,
      name: label,
      plan: faults
        ? (seed) => planSchema.parse({ ...scenario.plan(seed), faults })
        : (seed) => scenario.plan(seed),
    },
    loop: one.setup.closedLoop ? "closed" : "open",
    transports: [...one.transports].sort(),
    claims: [],
    mindsNoise: one.mindsNoise === true,
  };
}

export function labelOf({ number }: Pick<Lesson, "number">, { id }: Pick<TrialsExperiment, "id">): string {
  return `lesson ${number}: ${id}`;
}

/** What the lesson itself calls it. */
export function idOf({ label }: Pick<Experiment, "label">): string {
  return label.replace(/^lesson \d+: /, "");
}

export function trialsExperiments(lesson: Lesson): Experiment[] {
  return lesson.experiments.flatMap((one) => (one.kind === "trials" ? [experimentOf(lesson, one)] : []));
}

/** Why an experiment can't be run on this machine; undefined where it can. */
export function refusalOf(experiment: Experiment): string | undefined {
  const missing = experiment.transports.flatMap((name) => unknownHere(name) ?? []);
  return missing[0] ?? whyNoEngines(experiment.scenario) ?? whyTooManyFiles([experiment], MODE);
}

/** The groups that are still to be measured. */
export function openGroups(lesson: Lesson, kept: KeptRuns): Experiment[][] {
  return grouped(
    trialsExperiments(lesson).filter(
      (one) => refusalOf(one) === undefined && !kept.trials(one.label, one.transports),
    ),
  );
}
