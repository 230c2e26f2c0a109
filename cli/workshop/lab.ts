import { existsSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { join, relative } from "node:path";
import { LabError } from "../../core/errors.ts";
import { DEFAULT_BODY, runJourney } from "../../harness/journey/run.ts";
import type { Journey } from "../../harness/result/result.ts";
import { captureEnvironment } from "../../harness/run/environment.ts";
import type { PreparationCache } from "../../harness/run/preparation.ts";
import type { Progress } from "../../harness/run/run.ts";
import type { LessonEvidence } from "../../workshop/evidence.ts";
import type { Lesson } from "../../workshop/lesson.ts";
import { type Experiment, grouped, SPENDING } from "../claims/experiments.ts";
import { fileOf, readKeptRuns } from "../claims/kept-runs.ts";
import type { OutputFolder } from "../output/output-folder.ts";
import { Interrupted } from "./interrupted.ts";
import { evidenceOf, NO_TIME } from "./lesson-evidence.ts";
import {
  JOURNEY_SECONDS,
  journeysOf,
  labelOf,
  MODE,
  openGroups,
  secondsOf,
  trialsExperiments,
} from "./lesson-experiments.ts";
import { type LessonTime, lessonTime } from "./lesson-time.ts";
import { type BlocksRun, type Course, runBlocks } from "./run-blocks.ts";

export interface LabOptions {
  /** Where the runs of this lesson are kept. */
  readonly folder: OutputFolder;
  readonly command: string;
  readonly cache?: PreparationCache | undefined;
  /** In place of three, for tests. */
  readonly blocks?: number;
  /** In place of what really runs a group, and of the clock: for tests. */
  readonly run?: BlocksRun["run"];
  readonly now?: () => number;
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
  const blocks = options.blocks ?? SPENDING[MODE].blocks;
  const { cpuModel, cpus, node, notifLab } = captureEnvironment([]);
  return {
    machine: `${cpuModel}, ${cpus} CPUs, Node.js ${node}, notif-lab ${notifLab}`,
    seconds: (lesson) =>
      secondsOf(openGroups(lesson, kept)) +
      journeysOf(lesson).filter((name) => !journeys.has(name)).length * JOURNEY_SECONDS,
    run: async (lesson) => {
      const time = lessonTime(options.now);
      for (const name of new Set(journeysOf(lesson)))
        if (!journeys.has(name)) journeys.set(name, await recorded(name, time, signal));
      const groups = openGroups(lesson, kept);
      const courses =
        groups.length > 0 ? await measured(groups, { kept, blocks, time }, options, signal) : [];
      return {
        ...evidenceOf(lesson, { kept, journeys, courses, blocks }),
        file: (id) => fileText(lesson, id, options.folder.path),
      };
    },
  };
}

/** The file of an experiment's run as somebody would type it here. */
function fileText(lesson: Lesson, id: string, folder: string): string | undefined {
  const label = labelOf(lesson, { id });
  const group = grouped(trialsExperiments(lesson)).find((one) => one.some((own) => own.label === label));
  const path = group && join(folder, fileOf(group, MODE));
  if (path === undefined || !existsSync(path)) return undefined;
  const shown = relative(process.cwd(), path);
  return /^[\w./-]+$/.test(shown) ? shown : JSON.stringify(shown);
}

async function measured(
  groups: readonly (readonly Experiment[])[],
  plan: Pick<BlocksRun, "kept" | "blocks" | "time">,
  { folder, command, cache, run, onRun, onProgress, onIdle }: LabOptions,
  signal: AbortSignal,
): Promise<readonly Course[]> {
  onRun([...new Set(groups.flatMap((group) => group[0]?.transports ?? []))]);
  try {
    return await runBlocks(
      groups,
      { ...plan, mode: MODE, command, cache, run },
      {
        onProgress,
        onResults: (group, results) =>
          folder.write(fileOf(group, MODE), `${JSON.stringify(results, null, 1)}\n`),
      },
      signal,
    );
  } finally {
    onIdle();
  }
}

/** One notification's journey, or why there is none. */
async function recorded(transport: string, time: LessonTime, signal: AbortSignal): Promise<Journey | string> {
  if (!time.fits(JOURNEY_SECONDS)) return NO_TIME;
  const either = AbortSignal.any([signal, time.over]);
  try {
    return await time.spend(JOURNEY_SECONDS, () => runJourney({ name: transport }, DEFAULT_BODY, either));
  } catch (error) {
    if (signal.aborted) throw new Interrupted();
    return time.over.aborted ? NO_TIME : LabError.from(error).message;
  }
}
