import { type Answer, answerText } from "./asked.ts";
import type { Block } from "./block.ts";
import { text } from "./block.ts";
import { revealed } from "./comparison.ts";
import { decisionBlocks, recordOfDecision } from "./conclusion.ts";
import { drawnJourneys } from "./drawn-journeys.ts";
import { figuresOf, type LessonEvidence, withExact } from "./evidence.ts";
import { type Figures, isSeen, seenText } from "./figures.ts";
import { fewBlocksText, notMeasuredText } from "./gaps.ts";
import type { Lesson } from "./lesson.ts";
import { CHECK, checkQuestion, type Question, questionOf } from "./question.ts";
import type { LessonRecord } from "./record.ts";

/** Where a learner sits: a terminal, a page, or a file of answers. */
export interface Face {
  show(...blocks: readonly Block[]): void;
  /** Settles with an answer that the question has read. Rejects when the learner leaves. */
  ask(question: Question): Promise<Answer>;
}

/** What a lesson has run for it. */
export interface Lab {
  /** About how long the experiments still take, in seconds. */
  seconds(lesson: Lesson): number;
  /** Runs what is not kept yet. Rejects when the learner leaves; an experiment that fails is told in its evidence. */
  run(lesson: Lesson): Promise<LessonEvidence>;
  /** The machine that it runs on. */
  readonly machine: string;
  /** What the learner types to begin the lesson anew. */
  readonly anew: string;
  /** Keeps a file for the learner, named after theirs and this; settles with its path. */
  write(name: string, content: string): Promise<string>;
  /** The learner's place, after every step; awaited. */
  save(lesson: LessonRecord): Promise<void>;
}

/** Where a lesson that decides writes down what was decided. */
const DECISION_FILE = "decision.md";

/** What heads the predictions that turn out wrong for many. */
export const OFTEN_SAID = "What people often say";

/** Takes a learner through a lesson, from where the record says; settles when it is done. */
export async function runLesson(
  lesson: Lesson,
  begun: LessonRecord | undefined,
  face: Face,
  lab: Lab,
): Promise<LessonRecord> {
  let record: LessonRecord = begun ?? { startedAt: new Date().toISOString(), answers: {} };
  const keep = async (more: Partial<LessonRecord>) => {
    record = { ...record, ...more };
    await lab.save(record);
  };
  face.show({ kind: "heading", text: `Lesson ${lesson.number}: ${lesson.title}` }, ...lesson.intro.map(text));
  for (const asked of [...(lesson.settings ?? []), ...lesson.predictions]) {
    const known = record.answers[asked.id];
    if (known !== undefined) {
      face.show(text(`${asked.asks} You said: ${answerText(known, questionOf(asked).unit)}.`));
      continue;
    }
    await keep({ answers: { ...record.answers, [asked.id]: await face.ask(questionOf(asked)) } });
  }
  const { figures: found, evidence } = await measured(lesson, record, face, lab, keep);
  const figures = withExact(lesson, found);
  face.show({ kind: "heading", text: "What came out" });
  face.show(...revealBlocks(lesson, record.answers, figures, lab.anew));
  face.show(...(record.journeys ?? []).map((journey): Block => ({ kind: "journey", journey })));
  for (const doubt of [record.short, record.noise])
    if (doubt !== undefined) face.show({ kind: "void", text: doubt });
  face.show({ kind: "heading", text: "Why" }, ...lesson.explain(figures));
  face.show({ kind: "heading", text: OFTEN_SAID }, ...lesson.teacher.wrong.map(oftenSaid));
  if (evidence) await conclude(lesson, record, evidence, face, lab);
  await check(lesson, record, face, keep);
  if (!record.finishedAt) await keep({ finishedAt: new Date().toISOString() });
  face.show({ kind: "heading", text: "From here" }, { kind: "commands", list: lesson.further });
  return record;
}

/** What the record has, or what the lab finds. */
async function measured(
  lesson: Lesson,
  record: LessonRecord,
  face: Face,
  lab: Lab,
  keep: (more: Partial<LessonRecord>) => Promise<void>,
): Promise<{ readonly figures: Figures; readonly evidence?: LessonEvidence }> {
  const decides = decidesBy(lesson);
  if (record.figures && decides === undefined) return { figures: record.figures };
  const seconds = lab.seconds(lesson);
  if (seconds > 0)
    face.show(
      { kind: "heading", text: "Running" },
      text(
        `${lesson.running} It takes about ${Math.ceil(seconds / 5) * 5} s. Leave the machine alone meanwhile.`,
      ),
    );
  const began = performance.now();
  const spent = () => Math.round(10 * (record.spent ?? 0) + (performance.now() - began) / 100) / 10;
  const evidence = await lab.run(lesson).catch(async (error: unknown) => {
    // Why it was left is what counts, also where nothing can be written.
    await keep({ spent: spent() }).catch(() => undefined);
    throw error;
  });
  const figures = figuresOf(lesson, evidence, record.answers);
  const isNew = seconds > 0 || !record.figures;
  await keep({
    figures: { ...figures },
    ...(isNew ? ofThisRun(lesson, evidence, lab.machine, spent()) : {}),
  });
  return { figures, evidence };
}

/** All that a record says of a run: nothing of an older one may stand beside its figures. */
function ofThisRun(
  lesson: Lesson,
  evidence: LessonEvidence,
  machine: string,
  seconds: number,
): Partial<LessonRecord> {
  const journeys = drawnJourneys(lesson, evidence);
  return {
    noise: evidence.noise,
    short: evidence.short,
    journeys: journeys.length > 0 ? journeys : undefined,
    machine,
    seconds,
    spent: undefined,
    finishedAt: undefined,
  };
}

/** The experiment that a lesson decides by; undefined where it decides nothing. */
export function decidesBy({ measures }: Lesson): string | undefined {
  return Object.values(measures).find(({ from }) => from === "decision")?.experiment;
}

/** Predictions beside figures, and the figures as bars. */
export function revealBlocks(
  lesson: Lesson,
  answers: Readonly<Record<string, Answer>>,
  figures: Figures,
  anew = `notif-lab workshop ${lesson.number} --again`,
): Block[] {
  const rows = lesson.predictions.map((one) => revealed(one, answers[one.id] ?? null, figures));
  const few = fewBlocksText(figures);
  const missing = notMeasuredText(figures);
  return [
    { kind: "reveal", rows },
    ...lesson.charts.map(
      ({ title, bars }): Block => ({
        kind: "bars",
        title,
        bars: Object.entries(bars).map(([id, name]) => {
          const figure = figures[id];
          if (!isSeen(figure)) return { name, text: figure?.excluded ? "out" : "not measured" };
          const { value, interval } = figure;
          return { name, value, text: seenText(figure), ...(interval ?? {}) };
        }),
      }),
    ),
    ...(few === undefined ? [] : [{ kind: "void" as const, text: few }]),
    ...(missing === undefined
      ? []
      : [
          {
            kind: "void" as const,
            text: `Not measured: ${missing}. The lesson goes on in words; ` + `"${anew}" tries once more.`,
          },
        ]),
  ];
}

function oftenSaid({ says, answer }: Lesson["teacher"]["wrong"][number]): Block {
  return text(`"${says}" ${answer}`);
}

async function conclude(
  lesson: Lesson,
  record: LessonRecord,
  evidence: LessonEvidence,
  face: Face,
  lab: Lab,
): Promise<void> {
  const experiment = decidesBy(lesson);
  if (experiment === undefined) return;
  const results = evidence.results(experiment);
  if (!results) return;
  face.show({ kind: "heading", text: "The decision" }, ...decisionBlocks(results, record.answers));
  const path = await lab.write(DECISION_FILE, recordOfDecision(results, record, lab.machine));
  face.show(
    text(`It is written down, to be argued with and sent round, in ${path}. What you change there stays.`),
  );
  const file = evidence.file?.(experiment);
  if (file !== undefined)
    face.show({
      kind: "commands",
      list: [[`notif-lab advise ${file}`, "other requirements and weights, on this very run"]],
    });
}

async function check(
  { check: asked }: Lesson,
  record: LessonRecord,
  face: Face,
  keep: (more: Partial<LessonRecord>) => Promise<void>,
): Promise<void> {
  const right = asked.options[asked.right] ?? "";
  face.show({ kind: "heading", text: "One question" });
  let given = record.check?.answer;
  if (given === undefined) {
    given = String((await face.ask(checkQuestion(asked))) ?? "");
    await keep({ [CHECK]: { answer: given, right: given === right } });
  } else face.show(text(`${asked.asks} You said: ${answerText(given)}.`));
  face.show(text(`${verdictOf(given, right)} ${asked.because}`));
}

/** Who skips is told, and not judged. */
function verdictOf(given: string, right: string): string {
  if (given === "") return `You skipped this. The answer is: ${right}.`;
  return given === right ? "Yes." : `Not quite. The answer is: ${right}.`;
}
