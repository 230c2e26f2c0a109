import { existsSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { cpus } from "node:os";
import { join } from "node:path";
import { LabError } from "../../core/errors.ts";
import { DEFAULT_BODY, runJourney } from "../../harness/journey/run.ts";
import { hostDisturbance } from "../../harness/result/host-disturbance.ts";
import type { Journey, Results, Trial } from "../../harness/result/result.ts";
import { captureEnvironment } from "../../harness/run/environment.ts";
import type { PreparationCache } from "../../harness/run/preparation.ts";
import type { Progress } from "../../harness/run/run.ts";
import { counted } from "../../reports/prose/text.ts";
import { planSchema } from "../../scenarios/plan.ts";
import type { LessonEvidence } from "../../workshop/evidence.ts";
import type { Lesson, TrialsExperiment } from "../../workshop/lesson.ts";
import { type Experiment, grouped, groupSeconds, scenarioOf } from "../claims/experiments.ts";
import { fileOf, type KeptRuns, readKeptRuns } from "../claims/kept-runs.ts";
import { unknownHere } from "../claims/lacking.ts";
import { runGroup, whyTooManyFiles } from "../claims/run-group.ts";
import { whyNoEngines } from "../flags/engines-needed.ts";
import type { OutputFolder } from "../output/output-folder.ts";
import { Interrupted } from "./interrupted.ts";

/** Lessons are short: three blocks for an interval, and one more where noise has spoiled one. */
const MODE = "quick";
const MOST_FURTHER = 1;
const JOURNEY_SECONDS = 1.2;

export interface LabOptions {
  /** Where the runs of this lesson are kept. */
  readonly folder: OutputFolder;
  readonly command: string;
  readonly cache?: PreparationCache | undefined;
  /** In place of three, for tests. */
  readonly blocks?: number;
  readonly onRun: (transports: readonly string[]) => void;
  readonly onProgress: (progress: Progress) => void;
  readonly onIdle: () => void;
}

/** What runs the experiments of lessons; runs that are kept are not run again. */
export interface ExperimentLab {
  seconds(lesson: Lesson): number;
  run(lesson: Lesson): Promise<LessonEvidence>;
  readonly machine: string;
}

/** Removes what earlier runs of a lesson left, so that a lesson that begins anew measures anew. */
export async function forgetRuns(path: string): Promise<void> {
  if (!existsSync(path)) return;
  const runs = (await readdir(path)).filter((name) => name.startsWith(`${MODE}-`) && name.endsWith(".json"));
  for (const name of runs) await rm(join(path, name), { force: true });
}

export async function openLab(options: LabOptions, signal: AbortSignal): Promise<ExperimentLab> {
  const kept = await readKeptRuns(options.folder.path, MODE);
  const journeys = new Map<string, Journey | string>();
  const { cpuModel, cpus, node, notifLab } = captureEnvironment([]);
  return {
    machine: `${cpuModel}, ${cpus} CPUs, Node.js ${node}, notif-lab ${notifLab}`,
    seconds: (lesson) =>
      secondsOf(openGroups(lesson, kept)) +
      journeysOf(lesson).filter((name) => !journeys.has(name)).length * JOURNEY_SECONDS,
    run: async (lesson) => {
      for (const name of new Set(journeysOf(lesson)))
        if (!journeys.has(name)) journeys.set(name, await recorded(name, signal));
      const failed = new Map<string, string>();
      const runs = new Map<string, Results>();
      for (const group of openGroups(lesson, kept))
        try {
          const results = await measured(group, kept, options, signal);
          for (const { label } of group) runs.set(label, results);
        } catch (error) {
          if (signal.aborted) throw new Interrupted();
          for (const { label } of group) failed.set(label, LabError.from(error).message);
        }
      if (signal.aborted) throw new Interrupted();
      return evidenceOf(lesson, { kept, runs, failed, journeys });
    },
  };
}

/** About how long a lesson's experiments take on a quiet machine, in seconds. */
export function machineSeconds(lesson: Lesson): number {
  return secondsOf(grouped(trialsExperiments(lesson))) + journeysOf(lesson).length * JOURNEY_SECONDS;
}

function secondsOf(groups: readonly (readonly Experiment[])[]): number {
  return groups.reduce((sum, group) => sum + groupSeconds(group, MODE), 0);
}

function journeysOf({ experiments }: Lesson): string[] {
  return experiments.flatMap((one) => (one.kind === "journey" ? one.transports : []));
}

async function measured(
  group: readonly Experiment[],
  kept: KeptRuns,
  { folder, command, cache, blocks, ...shown }: LabOptions,
  signal: AbortSignal,
): Promise<Results> {
  shown.onRun(group[0]?.transports ?? []);
  try {
    return await runGroup(
      group,
      {
        mode: MODE,
        kept,
        command,
        again: false,
        cache,
        mostFurther: MOST_FURTHER,
        noiseVoids: group.some(({ mindsNoise }) => mindsNoise),
        ...(blocks ? { blocks } : {}),
      },
      {
        onProgress: shown.onProgress,
        onResults: (done, results) =>
          folder.write(fileOf(done, MODE), `${JSON.stringify(results, null, 1)}\n`),
      },
      signal,
    );
  } finally {
    shown.onIdle();
  }
}

async function recorded(transport: string, signal: AbortSignal): Promise<Journey | string> {
  try {
    return await runJourney({ name: transport }, DEFAULT_BODY, signal);
  } catch (error) {
    if (signal.aborted) throw new Interrupted();
    return LabError.from(error).message;
  }
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

function labelOf({ number }: Lesson, { id }: Pick<TrialsExperiment, "id">): string {
  return `lesson ${number}: ${id}`;
}

function trialsExperiments(lesson: Lesson): Experiment[] {
  return lesson.experiments.flatMap((one) => (one.kind === "trials" ? [experimentOf(lesson, one)] : []));
}

/** Why an experiment can't be run on this machine; undefined where it can. */
function refusalOf(experiment: Experiment): string | undefined {
  const missing = experiment.transports.flatMap((name) => unknownHere(name) ?? []);
  return missing[0] ?? whyNoEngines(experiment.scenario) ?? whyTooManyFiles([experiment], MODE);
}

function openGroups(lesson: Lesson, kept: KeptRuns): Experiment[][] {
  return grouped(
    trialsExperiments(lesson).filter(
      (one) => refusalOf(one) === undefined && !kept.trials(one.label, one.transports),
    ),
  );
}

function evidenceOf(
  lesson: Lesson,
  found: {
    readonly kept: KeptRuns;
    readonly runs: ReadonlyMap<string, Results>;
    readonly failed: ReadonlyMap<string, string>;
    readonly journeys: ReadonlyMap<string, Journey | string>;
  },
): LessonEvidence {
  const { kept, runs, failed, journeys } = found;
  const experiments = trialsExperiments(lesson);
  const byId = (id: string) => experiments.find(({ label }) => label === labelOf(lesson, { id }));
  const told = experiments.filter((one) => !one.mindsNoise);
  return {
    noise: noiseIn(told.flatMap((one) => kept.trials(one.label, one.transports) ?? [])),
    trials: (id) => {
      const one = byId(id);
      if (!one) return "there is no such experiment";
      return (
        failed.get(one.label) ??
        refusalOf(one) ??
        kept.trials(one.label, one.transports) ??
        "its experiment was not run to its end"
      );
    },
    results: (id) => {
      const one = byId(id);
      return one && (runs.get(one.label) ?? kept.results(one.label, one.transports));
    },
    journey: (_id, transport) => journeys.get(transport) ?? "it was not recorded",
  };
}

/** How many of the trials the machine disturbed, and by what. */
function noiseIn(trials: readonly Trial[]): string | undefined {
  const disturbed = trials.flatMap(
    ({ metrics }) => (metrics && hostDisturbance(metrics, cpus().length)) || [],
  );
  if (disturbed.length === 0) return undefined;
  return (
    `The machine disturbed ${disturbed.length} of ${counted(trials.length, "trial")}: ${disturbed[0]}. What this lesson looks at is usually larger than that; ` +
    "the intervals show how much the blocks differ."
  );
}
