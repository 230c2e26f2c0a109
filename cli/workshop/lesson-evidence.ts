import { existsSync } from "node:fs";
import { cpus } from "node:os";
import { join, relative } from "node:path";
import { hostDisturbance } from "../../harness/result/host-disturbance.ts";
import type { Journey, Trial } from "../../harness/result/result.ts";
import { counted, listed } from "../../reports/prose/text.ts";
import type { LessonEvidence } from "../../workshop/evidence.ts";
import type { Lesson } from "../../workshop/lesson.ts";
import { type Experiment, grouped } from "../claims/experiments.ts";
import { fileOf, type KeptRuns } from "../claims/kept-runs.ts";
import { shellWord } from "../process/command-line.ts";
import { idOf, labelOf, MODE, refusalOf, trialsExperiments } from "./lesson-experiments.ts";
import { LESSON_SECONDS } from "./lesson-time.ts";
import type { Course } from "./run-blocks.ts";

const MOST_TIME = `${LESSON_SECONDS / 60} minutes`;

/** Why an experiment was not begun when the lesson's time was over. */
export const NO_TIME = `a lesson measures for ${MOST_TIME} at most, and no time was left for it`;

/** What the experiments of a lesson came to. */
interface Found {
  readonly kept: KeptRuns;
  readonly journeys: ReadonlyMap<string, Journey | string>;
  /** What was not kept and has been run. */
  readonly courses: readonly Readonly<Course>[];
  /** That there were to be of each. */
  readonly blocks: number;
  /** What the learner types to begin the lesson anew. */
  readonly anew: string;
  /** Where the runs are. */
  readonly folder: string;
}

export function evidenceOf(lesson: Lesson, found: Found): LessonEvidence {
  const { kept, journeys, courses, folder } = found;
  const experiments = trialsExperiments(lesson);
  const byId = (id: string) => experiments.find(({ label }) => label === labelOf(lesson, { id }));
  const courseOf = (one: Experiment) =>
    courses.find(({ group }) => group.some(({ label }) => label === one.label));
  const told = experiments.filter((one) => !one.mindsNoise);
  return {
    noise: noiseIn(told.flatMap((one) => kept.trials(one.label, one.transports) ?? [])),
    short: shortText(found),
    trials: (id) => {
      const one = byId(id);
      if (!one) return "there is no such experiment";
      return (
        courseOf(one)?.failed ??
        refusalOf(one) ??
        kept.trials(one.label, one.transports) ??
        (courseOf(one) ? NO_TIME : "its experiment was not run to its end")
      );
    },
    results: (id) => {
      const one = byId(id);
      return one && (courseOf(one)?.results ?? kept.results(one.label, one.transports));
    },
    file: (id) => {
      const group = grouped(experiments).find((one) => one.some(({ label }) => label === byId(id)?.label));
      const path = group && join(folder, fileOf(group, MODE));
      return path !== undefined && existsSync(path) ? fromHere(path) : undefined;
    },
    journey: (_id, transport) => journeys.get(transport) ?? "it was not recorded",
  };
}

/** A path as one types it. */
function fromHere(path: string): string {
  const short = relative(process.cwd(), path);
  return shellWord(short.startsWith("..") ? path : short);
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

/** Which blocks are missing because the time was over. */
function shortText({ courses, blocks, anew }: Found): string | undefined {
  const ended = courses.filter(({ stopped }) => stopped !== undefined);
  const broken = ended.flatMap(({ group, results, stopped }) =>
    group.map((one) => `"${idOf(one)}" ended after ${counted(results?.blocks ?? 0, "block")}: ${stopped}.`),
  );
  const late = courses.filter(
    ({ failed, stopped, next }) => failed === undefined && stopped === undefined && next <= blocks,
  );
  if (late.length === 0) return broken.length > 0 ? broken.join(" ") : undefined;
  const each = late.flatMap(({ group, results }) =>
    group.map((one) => `"${idOf(one)}" has ${results?.blocks ?? "none"}`),
  );
  return (
    broken.map((text) => `${text} `).join("") +
    `A lesson measures for ${MOST_TIME} at most, and on this machine that was not enough: of ${counted(blocks, "block")} ${listed(each)}. With fewer than three ` +
    `there is no interval. Close other programs, and try once more: "${anew}".`
  );
}
