import type { PreparationCache } from "../../harness/run/preparation.ts";
import type { Progress } from "../../harness/run/run.ts";
import type { Lesson } from "../../workshop/lesson.ts";
import { type WorkshopRecord, withLesson } from "../../workshop/record.ts";
import { type Face, type Lab, runLesson } from "../../workshop/run-lesson.ts";
import { openOutputFolder } from "../output/output-folder.ts";
import { forgetRuns, type LabOptions, openLab } from "./lab.ts";
import { ANOTHER_FILE, type LearnerFile } from "./learner-file.ts";

/** What attending a lesson takes beside the lesson itself. */
export interface Attendance {
  readonly file: LearnerFile;
  readonly command: string;
  readonly cache?: PreparationCache | undefined;
  /** From the beginning, and measured again. */
  readonly again: boolean;
  /** In place of three, for tests. */
  readonly blocks?: number;
  /** In place of what really runs experiments, for tests. */
  readonly run?: LabOptions["run"];
  /** Where there is more to keep than the learner's file; settles with its path. */
  readonly write: (name: string, content: string) => Promise<string>;
  readonly onRun: (transports: readonly string[]) => void;
  readonly onProgress: (progress: Progress) => void;
  readonly onIdle: () => void;
}

/** Takes a learner through a lesson from where the file says, and keeps every step in it; settles with what it has then. */
export async function attend(
  lesson: Lesson,
  face: Face,
  { file, again, write, ...options }: Attendance,
  signal: AbortSignal,
): Promise<WorkshopRecord> {
  const { number } = lesson;
  let record = await file.read();
  const begun = again ? undefined : record.lessons[String(number)];
  const folder = await openOutputFolder(file.runsOf(number), ANOTHER_FILE);
  const anew = file.command(`${number} --again`);
  let isFresh = begun === undefined;
  const lab: Lab = {
    ...(await openLab({ ...options, folder, anew, isFresh }, signal)),
    write,
    save: async (own) => {
      // Who leaves before the first answer keeps what there was.
      if (isFresh) await forgetRuns(folder.path);
      isFresh = false;
      // Another lesson may be going on beside this one, in another process.
      record = withLesson(await file.read(), number, own);
      await file.write(record);
    },
  };
  await runLesson(lesson, begun, face, lab);
  return record;
}
