import { counted, plain } from "../reports/prose/text.ts";
import type { RevealedRow } from "./block.ts";
import { revealed } from "./comparison.ts";
import { withExact } from "./evidence.ts";
import type { Lesson } from "./lesson.ts";
import { type LessonRecord, stateOf, type WorkshopRecord } from "./record.ts";

/** What a learner predicted and saw in one lesson. */
interface LessonSummary {
  readonly lesson: Lesson;
  readonly record: LessonRecord;
  readonly rows: readonly RevealedRow[];
}

/** The lessons that were begun, with predictions beside figures. */
export function summaryOf(lessons: readonly Lesson[], record: WorkshopRecord): LessonSummary[] {
  return lessons.flatMap((lesson) => {
    const own = record.lessons[String(lesson.number)];
    if (!own) return [];
    const figures = own.figures && withExact(lesson, own.figures);
    const rows = figures
      ? lesson.predictions.map((one) => revealed(one, own.answers[one.id] ?? null, figures))
      : [];
    return [{ lesson, record: own, rows }];
  });
}

/** "3 of 8 lessons done; of 9 predictions 2 right, 4 near, 3 far". */
export function countsText(lessons: readonly Lesson[], record: WorkshopRecord): string {
  const done = lessons.filter(({ number }) => stateOf(record, number) === "done").length;
  const verdicts = summaryOf(lessons, record).flatMap(({ rows }) => rows.map(({ verdict }) => verdict));
  const many = (which: RevealedRow["verdict"]) => verdicts.filter((one) => one === which).length;
  const checks = Object.values(record.lessons).flatMap(({ check }) => check ?? []);
  const answered = checks.filter(({ answer }) => answer !== "");
  const right = answered.filter((one) => one.right).length;
  const passed = checks.length - answered.length;
  return (
    `${done} of ${counted(lessons.length, "lesson")} done. Of ${counted(verdicts.length, "prediction")} ${many("right")} right, ${many("near")} near, ` +
    `${many("far")} far off, ${many("open")} open; of ${counted(answered.length, "question")} at the end ${right} right` +
    `${passed > 0 ? `, and ${passed} skipped` : ""}.`
  );
}

/** The list of lessons with how far the learner is; `command` is the workshop's with some words, as this learner types it. */
export function listText(
  lessons: readonly Lesson[],
  record: WorkshopRecord,
  command: (words: string) => string,
): string {
  const next = nextLesson(lessons, record);
  const lines = lessons.map(({ number, title }) => {
    const state = stateOf(record, number);
    return `  ${number}  ${title.padEnd(32)}${state === "not begun" ? "" : state}`.trimEnd();
  });
  const onward = next
    ? `Go on with: ${command(String(next.number))}`
    : `All done. The summary: ${command("summary")}`;
  return `${lines.join("\n")}\n\n${countsText(lessons, record)}\n${onward}\n`;
}

/** The first lesson that is not done. */
export function nextLesson(lessons: readonly Lesson[], record: WorkshopRecord): Lesson | undefined {
  return lessons.find(({ number }) => stateOf(record, number) !== "done");
}

const ROW_NAMES: Readonly<Record<RevealedRow["verdict"], string>> = {
  right: "right",
  near: "near",
  far: "far off",
  open: "open",
};

/** A page in Markdown to keep: what was predicted, what came out, and what was answered in the end. */
export function renderSummary(lessons: readonly Lesson[], record: WorkshopRecord, name?: string): string {
  const summaries = summaryOf(lessons, record);
  const machines = [...new Set(Object.values(record.lessons).flatMap(({ machine }) => machine ?? []))];
  const last = Object.values(record.lessons)
    .flatMap(({ finishedAt }) => finishedAt ?? [])
    .sort()
    .at(-1);
  return `${[
    "# Workshop: how notifications travel",
    "",
    ...(name === undefined ? [] : [`**${inText(name)}** has predicted, measured and compared.`, ""]),
    countsText(lessons, record),
    "",
    ...(machines.length > 0
      ? [`Measured on ${inText(machines.join("; "))}${last ? `, ${last.slice(0, 10)}` : ""}.`]
      : []),
    ...summaries.flatMap(sectionOf),
  ].join("\n")}\n`;
}

function sectionOf({ lesson, record, rows }: LessonSummary): string[] {
  const { check } = record;
  return [
    "",
    `## ${lesson.number} ${lesson.title}${record.finishedAt ? "" : " (not finished)"}`,
    ...(rows.length > 0
      ? [
          "",
          "| question | predicted | measured | |",
          "|---|---|---|---|",
          ...rows.map(
            ({ asked, predicted, measured, verdict }) =>
              `| ${[asked, predicted, measured, ROW_NAMES[verdict]].map(inText).join(" | ")} |`,
          ),
        ]
      : []),
    ...(check
      ? [
          "",
          `${lesson.check.asks} ${check.answer === "" ? "Skipped" : `${inText(check.answer)}: ${check.right ? "right" : "not so"}`}.`,
        ]
      : []),
  ];
}

/** What stands in a file that anybody may have written, as text and nothing else. */
function inText(text: string): string {
  return plain(text).replace(/[\\`*_[\]#|<>]/g, "\\$&");
}
