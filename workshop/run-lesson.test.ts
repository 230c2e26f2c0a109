import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, test } from "vitest";
import { resultsOf } from "../reports/model/results.test-fixture.ts";
import type { Block } from "./block.ts";
import type { LessonEvidence } from "./evidence.ts";
import { ON_LONG_POLLING, ON_WEBSOCKET } from "./journey.test-fixture.ts";
import { type LessonRecord, WORKSHOP_SCHEMA } from "./record.ts";
import { lessons } from "./registry.ts";
import { type Lab, runLesson } from "./run-lesson.ts";
import { countsText, renderSummary } from "./summary.ts";

const [sixWays, , averages] = lessons;
assert.ok(sixWays && averages);

const NOTHING: LessonEvidence = {
  trials: () => "the machine was busy",
  results: () => undefined,
  journey: () => "the machine was busy",
};

/** A lab that measures nothing, and a learner who types these lines and then leaves. */
function scene(lines: readonly string[], evidence: LessonEvidence = NOTHING) {
  const shown: Block[] = [];
  const saved: LessonRecord[] = [];
  const asked: string[] = [];
  let runs = 0;
  const left = [...lines];
  const lab: Lab = {
    seconds: () => 7,
    run: async () => {
      runs += 1;
      return evidence;
    },
    machine: "a machine",
    anew: "begin anew",
    write: async (name) => name,
    save: async (record) => void saved.push(record),
  };
  const face = {
    show: (...blocks: readonly Block[]) => void shown.push(...blocks),
    ask: async (question: { readonly id: string; read(typed: string): number | string | null }) => {
      const line = left.shift();
      if (line === undefined) throw new Error("left");
      asked.push(question.id);
      return question.read(line);
    },
  };
  return { lab, face, shown, saved, asked, runs: () => runs };
}

describe("a lesson", () => {
  test("predicts, runs, reveals, explains and checks, in that order, and keeps each step", async () => {
    const { lab, face, shown, saved, asked } = scene(["400", "3", "grpc", "2"]);
    const record = await runLesson(sixWays, undefined, face, lab);
    assert.deepEqual(asked, ["websocket", "polling", "fewest", "check"]);
    const headings = shown.flatMap((block) => (block.kind === "heading" ? block.text : []));
    assert.deepEqual(headings.slice(1), [
      ...["Running", "What came out", "Why", "What people often say", "One question", "From here"],
    ]);
    const [first] = sixWays.teacher.wrong;
    assert.ok(first && shown.some((block) => block.kind === "text" && block.text.includes(first.answer)));
    assert.deepEqual(record.answers, { websocket: 400, polling: 3, fewest: "grpc" });
    assert.deepEqual(record.check, { answer: "It comes nearer to 1", right: true });
    assert.ok(record.finishedAt);
    assert.equal(saved.length, 6);
  });

  test("whose last question is skipped tells the answer, and judges nothing", async () => {
    const { lab, face, shown } = scene(["400", "3", "grpc", " "]);
    const record = await runLesson(sixWays, undefined, face, lab);
    assert.deepEqual(record.check, { answer: "", right: false });
    const texts = shown.flatMap((block) => (block.kind === "text" ? block.text : []));
    assert.ok(texts.some((one) => one.startsWith("You skipped this. The answer is: It comes nearer to 1. ")));
    assert.ok(!texts.some((one) => one.startsWith("Not quite")));
    const said = { schema: WORKSHOP_SCHEMA, lessons: { "1": record } } as const;
    assert.match(countsText(lessons, said), /of 0 questions at the end 0 right, and 1 skipped\.$/);
    assert.match(renderSummary(lessons, said), /Skipped\.$/m);
    assert.doesNotMatch(renderSummary(lessons, said), /not so/);
  });

  test("that is left goes on where it was, without asking or running again", async () => {
    const first = scene(["400", "3"]);
    await assert.rejects(runLesson(sixWays, undefined, first.face, first.lab), /left/);
    const second = scene(["mqtt"]);
    await assert.rejects(runLesson(sixWays, first.saved.at(-1), second.face, second.lab), /left/);
    assert.ok(
      second.shown.some((block) => block.kind === "text" && block.text.endsWith("You said: 400 bytes.")),
    );
    assert.deepEqual(second.asked, ["fewest"]);
    const third = scene(["2"]);
    await runLesson(sixWays, second.saved.at(-1), third.face, third.lab);
    assert.deepEqual([third.asked, third.runs()], [["check"], 0]);
    const again = scene([]);
    await runLesson(sixWays, third.saved.at(-1), again.face, again.lab);
    assert.deepEqual(again.asked, []);
  });

  test("draws journeys and tells what there was no time for, also when it is shown again", async () => {
    const evidence: LessonEvidence = {
      ...NOTHING,
      journey: (_experiment, transport) =>
        transport === "websocket"
          ? ON_WEBSOCKET
          : transport === "long-polling"
            ? ON_LONG_POLLING
            : "the machine was busy",
      short: "There was no time.",
    };
    const first = scene(["400", "3", "grpc", "2"], evidence);
    const record = await runLesson(sixWays, undefined, first.face, first.lab);
    const again = scene([]);
    await runLesson(sixWays, record, again.face, again.lab);
    for (const { shown } of [first, again]) {
      const drawn = shown.flatMap((block) => (block.kind === "journey" ? block.journey.transport : []));
      assert.deepEqual(drawn, ["websocket", "long-polling"]);
      assert.ok(shown.some((block) => block.kind === "void" && block.text === "There was no time."));
      const texts = shown.flatMap((block) => (block.kind === "text" ? block.text : []));
      assert.ok(texts.some((one) => one.startsWith("From publish to receipt there were 2 round trips")));
    }
  });

  test("that decides says how to decide otherwise on the same figures, and goes by the requirements", async () => {
    const decide = lessons[7];
    assert.ok(decide);
    const results = resultsOf({ scenarios: ["seed"], blocks: 5 });
    const evidence: LessonEvidence = {
      ...{ ...NOTHING, results: () => results, trials: () => results.trials },
      file: () => "runs/quick-1.json",
    };
    const { lab, face, shown } = scene(["browser", "latency=3", "grpc", "3"], evidence);
    const record = await runLesson(decide, undefined, face, lab);
    const commands = shown.flatMap((block) => (block.kind === "commands" ? block.list : []));
    assert.ok(commands.some(([command]) => command === "notif-lab advise runs/quick-1.json"));
    const rows = shown.flatMap((block) => (block.kind === "reveal" ? block.rows : []));
    assert.deepEqual([rows.length, rows[0]?.verdict], [1, "far"]);
    assert.match(rows[0]?.says ?? "", /^it is out: /);
    assert.ok(!shown.some((block) => block.kind === "void"));
    const bars = shown.flatMap((block) => (block.kind === "bars" ? block.bars : []));
    assert.equal(bars.find(({ name }) => name === "grpc")?.text, "out");
    assert.match(
      renderSummary(lessons, { schema: WORKSHOP_SCHEMA, lessons: { "8": record } }),
      /\| far off \|/,
    );
  });

  test("that is left while experiments run adds up the time of all its runs", async () => {
    const { lab, face, saved } = scene(["400", "3", "grpc", "2"]);
    const run = async () => {
      await sleep(150);
      throw new Error("left");
    };
    for (const atLeast of [0.1, 0.2]) {
      await assert.rejects(runLesson(sixWays, saved.at(-1), face, { ...lab, run }), /left/);
      assert.ok((saved.at(-1)?.spent ?? 0) >= atLeast);
    }
    const record = await runLesson(sixWays, saved.at(-1), face, lab);
    assert.ok((record.seconds ?? 0) >= 0.2, `${record.seconds}`);
    assert.equal(record.spent, undefined);
  });

  test("that decides and measures anew keeps nothing of the run before", async () => {
    const decide = lessons[7];
    assert.ok(decide);
    const results = resultsOf({ scenarios: ["seed"], blocks: 5 });
    const evidence: LessonEvidence = { ...NOTHING, results: () => results, trials: () => results.trials };
    const first = scene(["none", "latency=3", "grpc", "3"], {
      ...evidence,
      short: "No time.",
      noise: "Noise.",
    });
    const done = await runLesson(decide, undefined, first.face, first.lab);
    const old = { ...done, seconds: 99, finishedAt: "2026-01-02T03:04:05.000Z" };
    const again = scene([], evidence);
    const shown = await runLesson(decide, old, again.face, { ...again.lab, seconds: () => 0 });
    assert.deepEqual(
      [shown.short, shown.noise, shown.seconds, shown.finishedAt],
      ["No time.", "Noise.", 99, old.finishedAt],
    );
    const anew = await runLesson(decide, old, again.face, again.lab);
    assert.deepEqual([anew.short, anew.noise], [undefined, undefined]);
    assert.ok(anew.seconds !== undefined && anew.seconds < 99);
    assert.ok(anew.finishedAt !== undefined && anew.finishedAt > old.finishedAt);
    assert.deepEqual(again.asked, []);
  });

  test("whose file was written by somebody else has no markup in its summary", () => {
    const own = { startedAt: "2026-01-02T03:04:05.000Z", answers: {} };
    const said = {
      ...{ ...own, machine: "<b>\n# mine" },
      check: { answer: "<img src=x>", right: false },
    };
    const summary = renderSummary(lessons, { schema: WORKSHOP_SCHEMA, lessons: { "1": said } });
    assert.match(summary, /Measured on \\<b\\> \\# mine\./);
    assert.match(summary, / \\<img src=x\\>: not so\./);
  });

  test("whose experiment is void says why, and goes on without a figure", async () => {
    const { lab, face, shown } = scene(["5", "200", "2", "2"]);
    await runLesson(averages, undefined, face, lab);
    const voids = shown.flatMap((block) => (block.kind === "void" ? block.text : []));
    assert.equal(voids.length, 1);
    assert.match(
      voids[0] ?? "",
      /^Not measured: 7 of 7 figures, since the machine was busy\. .*"begin anew"/,
    );
    for (const block of shown) {
      if (block.kind === "bars") assert.ok(block.bars.every((bar) => bar.value === undefined));
      if (block.kind === "reveal") assert.ok(block.rows.every((row) => row.verdict === "open"));
    }
  });
});
