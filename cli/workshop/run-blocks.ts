import { LabError } from "../../core/errors.ts";
import type { Results } from "../../harness/result/result.ts";
import type { Progress } from "../../harness/run/run.ts";
import { type Experiment, groupSeconds, SPENDING } from "../claims/experiments.ts";
import { type GroupEvents, type GroupRun, runGroup } from "../claims/run-group.ts";
import { CliFailure } from "../process/failure.ts";
import { Interrupted } from "./interrupted.ts";
import type { LessonTime } from "./lesson-time.ts";

/** Blocks in place of those that noise has spoiled. */
const MOST_FURTHER = 1;

/** How the blocks of a lesson are run. */
export interface BlocksRun extends Pick<GroupRun, "mode" | "kept" | "command" | "cache"> {
  /** Of each group. */
  readonly blocks: number;
  readonly time: LessonTime;
  /** In place of what really runs them, for tests. */
  readonly run?: typeof runGroup | undefined;
}

/** A group and how far it is. */
export interface Course {
  readonly group: readonly Experiment[];
  /** Of a block, by plan. */
  readonly seconds: number;
  /** Of a block. */
  readonly trials: number;
  /** The block that comes next, from 1. */
  next: number;
  /** Of the blocks that are whole; undefined as long as none is. */
  results: Results | undefined;
  /** Why there is no whole block. */
  failed: string | undefined;
  /** Why no further block was tried, where that is not for want of time. */
  stopped: string | undefined;
}

/**
 * Runs the groups of a lesson, one block of each and then the next of each, and begins no block that would end too late. What noise has spoiled is tried again
 * only where that leaves all other blocks their time. Settles with how far each came. Rejects with Interrupted when the signal aborts; then the same again goes on.
 */
export async function runBlocks(
  groups: readonly (readonly Experiment[])[],
  { blocks, time, run = runGroup, kept, ...spec }: BlocksRun,
  events: GroupEvents,
  signal: AbortSignal,
): Promise<readonly Readonly<Course>[]> {
  const courses = groups.map(
    (group): Course => ({
      group,
      seconds: groupSeconds(group, spec.mode) / SPENDING[spec.mode].blocks,
      trials: group.length * (group[0]?.transports.length ?? 0),
      next: Math.min(blocks, kept.unfinished(group)?.blocks ?? 1),
      results: undefined,
      failed: undefined,
      stopped: undefined,
    }),
  );
  /** By plan, of all blocks that have not ended. */
  const left = () =>
    courses.filter(isUnderWay).reduce((sum, { next, seconds }) => sum + (blocks - next + 1) * seconds, 0);
  const finish = async (course: Course) => {
    const { group, next } = course;
    // Who comes back has whole blocks from before.
    course.results ??= wholeBlocks(kept.unfinished(group), next - 1);
    if (!course.results) return;
    kept.put(group, course.results);
    await events.onResults(group, course.results);
  };
  const either = AbortSignal.any([signal, time.over]);
  let retry = true;
  const oneBlock = async (course: Course) => {
    const { group, seconds, next: block } = course;
    retry &&= time.fits(seconds + left());
    const results = await run(
      group,
      {
        ...spec,
        kept: { ...kept, put: (one, current) => kept.put(one, unfinished(current)) },
        blocks: block,
        mostFurther: block === blocks ? MOST_FURTHER : 0,
        noiseVoids: group.some(({ mindsNoise }) => mindsNoise),
        retry,
        hasTime: (more) => time.fits((more - 1) * seconds + left()),
      },
      {
        onProgress: (event) => events.onProgress(ofLesson(event, course, courses, blocks, left())),
        onResults: (one, current) => events.onResults(one, unfinished(current)),
      },
      either,
    );
    if (signal.aborted) throw new Interrupted();
    if (results.finishedAt === undefined) return;
    course.results = results;
    course.next += 1;
    if (block === blocks) await finish(course);
  };
  for (let block = 1; block <= blocks; block += 1)
    for (const course of courses) {
      if (!isUnderWay(course) || course.next !== block || !time.fits(course.seconds)) continue;
      try {
        await time.spend(course.seconds, () => oneBlock(course));
      } catch (error) {
        if (signal.aborted) throw new Interrupted();
        // A full disk is nothing that the other experiments get over.
        if (error instanceof CliFailure) throw error;
        const { message } = LabError.from(error);
        if (course.next > 1) course.stopped = message;
        else course.failed = message;
      }
    }
  for (const course of courses)
    if (course.failed === undefined && course.next <= blocks) await finish(course);
  return courses;
}

function isUnderWay({ failed, stopped }: Course): boolean {
  return failed === undefined && stopped === undefined;
}

/** The first blocks of a run that was left, as a run of so many. */
function wholeBlocks(results: Results | undefined, blocks: number): Results | undefined {
  if (!results || blocks < 1) return undefined;
  const trials = results.trials.filter(({ block }) => block < blocks);
  return { ...results, blocks, trials, finishedAt: new Date().toISOString() };
}

/** As long as more blocks may come, so that who leaves between two goes on there. */
function unfinished({ finishedAt: _, ...results }: Results): Results {
  return results;
}

/** The progress of one block as that of the lesson; `left` is what has not ended by plan, this block with it. */
function ofLesson(
  event: Progress,
  { seconds, trials }: Course,
  courses: readonly Course[],
  blocks: number,
  left: number,
): Progress {
  const before = courses.reduce((sum, one) => sum + (one.next - 1) * one.trials, 0);
  const all = courses.reduce((sum, one) => sum + blocks * one.trials, 0);
  return {
    ...event,
    finished: before + event.finished,
    total: all + event.total - trials,
    secondsLeft: event.secondsLeft + left - seconds,
    ...(event.launch ? { launch: { ...event.launch, of: Math.max(blocks, event.launch.of) } } : {}),
  };
}
