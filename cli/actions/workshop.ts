import { Readable } from "node:stream";
import { LabError } from "../../core/errors.ts";
import type { Lesson } from "../../workshop/lesson.ts";
import { type WorkshopRecord, withLesson } from "../../workshop/record.ts";
import { lessons } from "../../workshop/registry.ts";
import { listText, nextLesson, renderSummary } from "../../workshop/summary.ts";
import type { WorkshopFlags } from "../commands/workshop.ts";
import { parseNumber } from "../flags/choices.ts";
import { writeOut } from "../output/output-folder.ts";
import { preparationCache } from "../output/preparation-cache.ts";
import { readText } from "../output/read-text.ts";
import { htmlAssets, terminalOptions } from "../output/render.ts";
import { commandLine } from "../process/command-line.ts";
import { CliFailure, systemReason, usage } from "../process/failure.ts";
import { onInterruption } from "../process/interruption.ts";
import { createProgress } from "../progress/progress.ts";
import { assertFitting } from "../workshop/fitting-flags.ts";
import { Interrupted } from "../workshop/interrupted.ts";
import { type LearnerFile, learnerFile } from "../workshop/learner-file.ts";
import { machineSeconds } from "../workshop/lesson-experiments.ts";
import { attend } from "../workshop/session.ts";
import { terminalFace } from "../workshop/terminal-face.ts";
import { keyboard, script, type Typed } from "../workshop/typed.ts";
import { writeBeside } from "../workshop/write-beside.ts";

/** Lists the lessons, takes a learner through one, or tells what there is so far. */
export async function workshop(
  what: string | undefined,
  which: string | undefined,
  flags: WorkshopFlags,
  words: readonly string[],
): Promise<void> {
  assertFitting(what, which, flags, words);
  const file = learnerFile(flags.file);
  if (what === "reset") return reset(which, file);
  const record = await file.read();
  if (flags.instructor) return instructorPage(record, file, flags);
  if (what === "summary") return writeOut(flags.out, renderSummary(lessons, record, flags.name));
  if (flags.page) return asPage(what, record, file, flags, words);
  if (what === undefined) return list(record, file, flags);
  const lesson = lessonFor(what, record);
  if (!lesson) return list(record, file, {});
  await inTerminal(lesson, file, flags, words);
}

/** Undefined where all are done and the next one is asked for. */
function lessonFor(what: string, record: WorkshopRecord): Lesson | undefined {
  return what === "next" ? nextLesson(lessons, record) : lessonNamed(what);
}

function lessonNamed(what: string): Lesson {
  const found = lessons.find(({ number }) => String(number) === what);
  if (found) return found;
  throw usage(
    `workshop takes a lesson from 1 to ${lessons.length}, next, summary or reset, not "${what}"; "notif-lab workshop" lists the lessons`,
  );
}

async function instructorPage(
  record: WorkshopRecord,
  { command }: LearnerFile,
  { out }: WorkshopFlags,
): Promise<void> {
  const { renderInstructorPage } = await import("../../workshop/instructor.ts");
  await writeOut(out, renderInstructorPage(lessons, record, machineSeconds, htmlAssets(), command));
}

function list(record: WorkshopRecord, { command }: LearnerFile, { json }: WorkshopFlags): void {
  process.stdout.write(json ? `${JSON.stringify(record, null, 1)}\n` : listText(lessons, record, command));
}

async function reset(which: string | undefined, file: LearnerFile): Promise<void> {
  if (which !== undefined) {
    const { number } = lessonNamed(which);
    const record = await file.read();
    if (!record.lessons[String(number)]) return sayReset(`lesson ${number} is`, undefined);
    const kept = await file.setAside();
    await file.write(withLesson(record, number, undefined));
    return sayReset(`lesson ${number} is`, kept);
  }
  sayReset("all lessons are", await file.setAside());
}

function sayReset(what: string, kept: string | undefined): void {
  process.stdout.write(
    kept === undefined ? "nothing to reset\n" : `${what} reset; the old answers are kept as ${kept}\n`,
  );
}

async function inTerminal(
  lesson: Lesson,
  file: LearnerFile,
  flags: WorkshopFlags,
  words: readonly string[],
): Promise<void> {
  const { number } = lesson;
  const interruption = onInterruption();
  let progress: ReturnType<typeof createProgress> | undefined;
  let typed: Typed | undefined;
  try {
    typed = await typedBy(flags, interruption.signal);
    const face = terminalFace(process.stdout, typed, terminalOptions());
    const record = await attend(
      lesson,
      face,
      {
        ...shared(file, words),
        again: flags.again === true,
        onRun: (transports) => {
          progress = flags.quiet ? undefined : createProgress(process.stderr, transports);
        },
        onProgress: (event) => progress?.update(event),
        onIdle: () => progress?.stop(),
      },
      interruption.signal,
    );
    process.stdout.write(`\n${listText(lessons, record, file.command)}`);
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    process.stdout.write(`\nWhat you have done is kept; go on with: ${file.command(String(number))}\n`);
    process.exitCode = 130;
  } finally {
    typed?.close();
    interruption.dispose();
  }
}

/** How long an orderly end may take before the process ends anyway. */
const CLOSE_MS = 3_000;

/** Shows the page until SIGINT or SIGTERM, then ends with exit code 0. */
async function asPage(
  what: string | undefined,
  record: WorkshopRecord,
  file: LearnerFile,
  flags: WorkshopFlags,
  words: readonly string[],
): Promise<void> {
  const first = what === undefined ? undefined : lessonFor(what, record);
  const port = parseNumber("--port", flags.port ?? "0", { min: 0, max: 65_535, integer: true });
  const { startWorkshopPage } = await import("../workshop/page-view.ts");
  const interruption = onInterruption(0);
  const page = await startWorkshopPage({ ...shared(file, words), port, lessons, first }).catch(
    (error: unknown) => {
      if (error instanceof CliFailure) throw error;
      throw new CliFailure(1, LabError.from(error).message, { cause: error });
    },
  );
  process.stdout.write(`open ${page.url} in a browser; Ctrl-C ends it, and what is answered is kept\n`);
  await new Promise<void>((done) => {
    if (interruption.signal.aborted) done();
    interruption.signal.addEventListener("abort", () => done(), { once: true });
  });
  // Neither a page nor a trial that does not end must keep the command from ending.
  const impatient = setTimeout(() => process.exit(0), CLOSE_MS);
  await page.close();
  clearTimeout(impatient);
  interruption.dispose();
}

function shared(file: LearnerFile, words: readonly string[]) {
  return {
    file,
    command: commandLine(words),
    cache: preparationCache(),
    write: (name: string, content: string) => writeBeside(file, name, content),
  };
}

/** More than any number of answers takes. */
const MOST_ANSWERS = 1024 ** 2;

async function typedBy({ answers }: WorkshopFlags, signal: AbortSignal): Promise<Typed> {
  if (answers !== undefined && answers !== "-") {
    const text = await readText(answers, MOST_ANSWERS).catch((error: unknown) => {
      throw usage(
        `can't read ${answers} (${systemReason(error)}); name a file with one answer a line`,
        error,
      );
    });
    return script(answers, Readable.from(text === "" ? [] : [text]), signal);
  }
  if (answers === undefined && process.stdin.isTTY) return keyboard(process.stdin, process.stdout, signal);
  return script("stdin", process.stdin, signal);
}
