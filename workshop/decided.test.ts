import assert from "node:assert/strict";
import { test } from "vitest";
import { resultsOf } from "../reports/model/results.test-fixture.ts";
import type { Block } from "./block.ts";
import type { LessonEvidence } from "./evidence.ts";
import type { Question } from "./question.ts";
import { lessons } from "./registry.ts";
import { runLesson } from "./run-lesson.ts";

test("a lesson that decides names its record, and the command that decides anew by the same run", async () => {
  const lesson = lessons.at(-1);
  assert.ok(lesson);
  const results = resultsOf({ scenarios: ["seed"], blocks: 3 });
  const evidence: LessonEvidence = {
    trials: () => results.trials,
    results: () => results,
    file: () => "runs/lesson-8/quick-1.json",
    journey: () => "none",
  };
  const shown: Block[] = [];
  const face = {
    show: (...blocks: readonly Block[]) => void shown.push(...blocks),
    ask: async ({ read }: Question) => read(""),
  };
  const written: string[] = [];
  const lab = {
    seconds: () => 0,
    run: async () => evidence,
    machine: "a machine",
    anew: "begin anew",
    write: async (name: string) => {
      written.push(name);
      return `/home/ann/ann-${name}`;
    },
    save: async () => undefined,
  };
  await runLesson(lesson, undefined, face, lab);
  assert.deepEqual(written, ["decision.md"]);
  const texts = shown.flatMap((block) => (block.kind === "text" ? block.text : []));
  assert.ok(texts.some((one) => one.includes("in /home/ann/ann-decision.md.")));
  const commands = shown.flatMap((block) => (block.kind === "commands" ? block.list : []));
  const named = commands.map(([command]) => command).filter((one) => one.startsWith("notif-lab advise"));
  assert.deepEqual(named, ["notif-lab advise runs/lesson-8/quick-1.json"]);
});
