import { createReadStream } from "node:fs";
import { dirname, join } from "node:path";
import type { Lesson } from "../../workshop/lesson.ts";
import { stateOf, type WorkshopRecord, withLesson } from "../../workshop/record.ts";
import { lessons } from "../../workshop/registry.ts";
import { type Lab, runLesson } from "../../workshop/run-lesson.ts";
import { listText, nextLesson, renderSummary } from "../../workshop/summary.ts";
import type { WorkshopFlags } from "../commands/workshop.ts";
import { openOutputFolder, writeOut } from "../output/output-folder.ts";
import { preparationCache } from "../output/preparation-cache.ts";
import { terminalOptions } from "../output/render.ts";
import { writeWhole } from "../output/whole-file.ts";
import { CliFailure, systemReason, usage } from "../process/failure.ts";
import { onInterruption } from "../process/interruption.ts";
import { createProgress } from "../progress/progress.ts";
import { Interrupted } from "../workshop/interrupted.ts";
import { forgetRuns, openLab } from "../workshop/lab.ts";
import { DEFAULT_FILE, type LearnerFile, learnerFile } from "../workshop/learner-file.ts";
import { terminalFace } from "../workshop/terminal-face.ts";
import { keyboard, script, type Typed } from "../workshop/typed.ts";

/** Lists the lessons, takes a learner through one, or tells what there is so far. */
export async function workshop(
  what: string | undefined,
  which: string | undefined,
  flags: WorkshopFlags,
  words: readonly string[],
): Promise<void> {
  const file = learnerFile(flags.file ?? DEFAULT_FILE);
  if (which !== undefined && what !== "reset")
    throw usage(`workshop takes one word, not "${what}" and "${which}"; only reset takes a lesson as well`);
  if (what === "reset") return reset(which, file);
  const record = await file.read();
  if (what === undefined) return list(record, flags);
  if (what === "summary") return writeOut(flags.out, renderSummary(lessons, record, flags.name));
  const lesson = what === "next" ? nextLesson(lessons, record) : lessonNamed(what);
  if (!lesson) {
    process.stdout.write(listText(lessons, record));
    return;
  }
  await attend(lesson, record, file, flags, words);
}

function lessonNamed(what: string): Lesson {
  const found = lessons.find(({ number }) => String(number) === what);
  if (found) return found;
  throw usage(
    `workshop takes a lesson from 1 to ${lessons.length}, next, summary or reset, not "${what}"; "notif-lab workshop" lists the lessons`,
  );
}

function list(record: WorkshopRecord, { json }: WorkshopFlags): void {
  process.stdout.write(json ? `${JSON.stringify(record, null, 1)}\n` : listText(lessons, record));
}

async function reset(which: string | undefined, file: LearnerFile): Promise<void> {
  if (which !== undefined) {
    const { number } = lessonNamed(which);
    await file.write(withLesson(await file.read(), number, undefined));
    process.stdout.write(`lesson ${number} is as if it had never begun\n`);
    return;
  }
  const kept = await file.setAside();
  process.stdout.write(
    kept
      ? `all lessons are as if they had never begun; what there was is kept as ${kept}\n`
      : "nothing had begun\n",
  );
}

async function attend(
  lesson: Lesson,
  record: WorkshopRecord,
  file: LearnerFile,
  flags: WorkshopFlags,
  words: readonly string[],
): Promise<void> {
  const { number } = lesson;
  const begun = flags.again ? undefined : record.lessons[String(number)];
  const folder = await openOutputFolder(file.runsOf(number));
  if (!begun) await forgetRuns(folder.path);
  const interruption = onInterruption();
  let progress: ReturnType<typeof createProgress> | undefined;
  let current = record;
  try {
    const experiments = await openLab(
      {
        folder,
        command: ["npx notif-lab", ...process.argv.slice(2), ...words].join(" "),
        cache: preparationCache(),
        onRun: (transports) => {
          progress = flags.quiet ? undefined : createProgress(process.stderr, transports);
        },
        onProgress: (event) => progress?.update(event),
        onIdle: () => progress?.stop(),
      },
      interruption.signal,
    );
    const lab: Lab = {
      ...experiments,
      write: (name, content) => writeBeside(file, name, content),
      save: async (own) => {
        current = withLesson(current, number, own);
        await file.write(current);
      },
    };
    const face = terminalFace(process.stdout, typedBy(flags, interruption.signal), terminalOptions());
    await runLesson(lesson, begun, face, lab);
    process.stdout.write(`\n${listText(lessons, current)}`);
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    const kept =
      stateOf(current, number) === "not begun" ? "Nothing was answered yet" : "What you have done is kept";
    process.stdout.write(`\n${kept}; go on with: notif-lab workshop ${number}\n`);
    process.exitCode = 130;
  } finally {
    interruption.dispose();
  }
}

async function writeBeside({ path }: LearnerFile, name: string, content: string): Promise<string> {
  const place = join(dirname(path), name);
  try {
    await writeWhole(place, content);
  } catch (error) {
    throw new CliFailure(1, `can't write ${place} (${systemReason(error)})`, { cause: error });
  }
  return place;
}

function typedBy({ answers }: WorkshopFlags, signal: AbortSignal): Typed {
  if (answers !== undefined && answers !== "-") {
    const stream = createReadStream(answers);
    return script(answers, stream, signal);
  }
  if (answers === undefined && process.stdin.isTTY) return keyboard(process.stdin, process.stdout);
  return script("stdin", process.stdin, signal);
}
