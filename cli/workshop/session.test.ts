import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import { afterAll, beforeAll, describe, test } from "vitest";
import { type Figures, isSeen, type Seen } from "../../workshop/figures.ts";
import type { Lesson } from "../../workshop/lesson.ts";
import { EMPTY, withLesson, workshopSchema } from "../../workshop/record.ts";
import { lessons } from "../../workshop/registry.ts";
import type { Face } from "../../workshop/run-lesson.ts";
import { preparationCache } from "../output/preparation-cache.ts";
import { Interrupted } from "./interrupted.ts";
import { learnerFile } from "./learner-file.ts";
import { LESSON_SECONDS } from "./lesson-time.ts";
import { attend } from "./session.ts";
import { terminalFace } from "./terminal-face.ts";
import { tinyLesson } from "./tiny-lesson.test-fixture.ts";
import { script } from "./typed.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "notif-lab-workshop-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const STYLE = { color: false, unicode: true, width: 80 };

/** A learner with these lines, and a file of that name; measures in one block unless told otherwise. */
function learner(
  name: string,
  lines: readonly string[],
  measures: { readonly blocks?: number } = { blocks: 1 },
) {
  const leave = new AbortController();
  let shown = "";
  const output = new Writable({
    write: (chunk, _encoding, done) => {
      shown += String(chunk);
      done();
    },
  });
  const typed = script("the script", Readable.from(lines.map((line) => `${line}\n`)), leave.signal);
  const file = learnerFile(join(folder, `${name}.json`));
  const attendance = {
    ...{ file, command: "a test", again: false, cache: preparationCache(), ...measures },
    write: async (path: string) => path,
    ...{ onRun: () => undefined, onProgress: () => undefined, onIdle: () => undefined },
  };
  return { face: terminalFace(output, typed, STYLE), attendance, leave, shown: () => shown, file };
}

describe("a lesson with a scripted learner", () => {
  test("from prediction to check, with real figures, and with words where there are none", async () => {
    const { face, attendance, leave, shown, file } = learner("whole", ["3", "bytes", "", "yes"]);
    await attend(tinyLesson, face, attendance, leave.signal);
    const { lessons: kept } = workshopSchema.parse(JSON.parse(readFileSync(file.path, "utf8")));
    const { figures, answers, check, finishedAt, machine } = kept["1"] ?? {};
    assert.ok(finishedAt && machine);
    assert.deepEqual(
      [answers, check],
      [
        { median: 3, larger: "bytes", death: null },
        { answer: "Yes", right: true },
      ],
    );
    assert.ok(figures?.p50 && "value" in figures.p50 && figures.p50.value > 0);
    assert.ok(figures.bytes && "value" in figures.bytes && figures.bytes.value > 100);
    assert.deepEqual(figures.none, { absent: "no transport of that name here: there-is-none" });
    assert.match(shown(), /you said {2}3 ms\n {4}measured {2}[\d.]+ (ms|µs)\n/);
    assert.match(shown(), /Not measured: 1 of 4 figures, since no transport of that name here/);
    assert.match(shown(), /Your median was positive\./);
    assert.match(shown(), /\[A publishes to B\]/);
    for (const line of shown().split("\n")) assert.ok(line.length <= 80, line);
  });

  test("who leaves while experiments run goes on there, and is asked nothing twice", {
    tags: ["full"],
  }, async () => {
    const first = learner("left", ["3", "bytes", ""]);
    const leaving = {
      ...first.attendance,
      onProgress: () => first.leave.abort(),
    };
    await assert.rejects(attend(tinyLesson, first.face, leaving, first.leave.signal), Interrupted);
    const second = learner("left", ["yes"]);
    const record = await attend(tinyLesson, second.face, second.attendance, second.leave.signal);
    assert.ok(record.lessons["1"]?.finishedAt);
    assert.ok(existsSync(second.file.runsOf(1)));
  });
});

/** A learner who gives these answers and then leaves; `meanwhile` happens while the first question stands. */
function leaving(answers: readonly number[], meanwhile = async (): Promise<void> => undefined): Face {
  const left = [...answers];
  let first = true;
  return {
    show: () => undefined,
    ask: async () => {
      if (first) await meanwhile();
      first = false;
      const answer = left.shift();
      if (answer === undefined) throw new Interrupted();
      return answer;
    },
  };
}

describe("a learner's file", () => {
  const at = "2026-01-02T03:04:05.000Z";

  test("keeps another lesson that somebody has gone on with meanwhile", async () => {
    const { attendance, leave, file } = learner("both", []);
    const meanwhile = () => file.write(withLesson(EMPTY, 2, { startedAt: at, answers: { other: 5 } }));
    await assert.rejects(attend(tinyLesson, leaving([3], meanwhile), attendance, leave.signal), Interrupted);
    const { lessons: kept } = await file.read();
    assert.deepEqual([kept["1"]?.answers, kept["2"]?.answers], [{ median: 3 }, { other: 5 }]);
  });

  test("and runs stand until a lesson that begins anew has its first answer", async () => {
    const { attendance, leave, file } = learner("anew", []);
    const done = withLesson(EMPTY, 1, { startedAt: at, finishedAt: at, answers: { median: 7 } });
    await file.write(done);
    mkdirSync(file.runsOf(1), { recursive: true });
    const run = join(file.runsOf(1), "quick-old.json");
    writeFileSync(run, "{}");
    const anew = { ...attendance, again: true };
    await assert.rejects(attend(tinyLesson, leaving([]), anew, leave.signal), Interrupted);
    assert.deepEqual([await file.read(), existsSync(run)], [done, true]);
    await assert.rejects(attend(tinyLesson, leaving([3]), anew, leave.signal), Interrupted);
    const { answers, finishedAt } = (await file.read()).lessons["1"] ?? {};
    assert.deepEqual([answers, finishedAt, existsSync(run)], [{ median: 3 }, undefined, false]);
  });
});

/** What was measured and is told by its mean over blocks, which has an interval: no counts, and nothing exact. */
function meansOf({ measures }: Lesson, figures: Figures): Seen[] {
  return Object.entries(measures).flatMap(([id, measure]) => {
    const figure = figures[id];
    return measure.from === "trials" && measure.figure.as !== "none" && isSeen(figure) ? [figure] : [];
  });
}

describe("every lesson with a scripted learner", { tags: ["full", "release"] }, () => {
  test.each(lessons.map((lesson) => [lesson.number, lesson] as const))(
    "lesson %i ends in at most 4 minutes, with figures and their intervals or the reason why not",
    { timeout: 400_000 },
    async (number, lesson) => {
      const settings = (lesson.settings ?? []).map(({ kind }) =>
        kind === "needs" ? "browser" : "latency=3",
      );
      const answers = [...settings, ...lesson.predictions.map(() => "1"), "1"];
      const { face, attendance, leave, shown } = learner(`all-${number}`, answers, {});
      const record = await attend(lesson, face, attendance, leave.signal);
      const own = record.lessons[String(number)];
      assert.ok(own?.finishedAt && own.figures);
      assert.ok(own.seconds !== undefined && own.seconds <= LESSON_SECONDS, `${own.seconds} s`);
      for (const [id, figure] of Object.entries(own.figures))
        assert.ok("value" in figure ? Number.isFinite(figure.value) : figure.absent !== "", id);
      assert.doesNotMatch(shown(), /NaN|undefined/);
      const means = meansOf(lesson, own.figures);
      if (means.length === 0) return;
      assert.ok(
        means.some(({ interval }) => interval),
        own.short ?? "no interval",
      );
      assert.match(shown(), /\(\S+ \S+ to \S+ \S+\)/);
    },
  );
});
