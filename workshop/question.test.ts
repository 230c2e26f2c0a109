import assert from "node:assert/strict";
import { describe, test } from "vitest";
import type { Prediction, SettingsQuestion } from "./lesson.ts";
import { questionOf } from "./question.ts";
import { WrongAnswer } from "./wrong-answer.ts";

const read = (asked: Prediction | SettingsQuestion, typed: string) => questionOf(asked).read(typed);
const number: Prediction = { kind: "number", id: "n", asks: "?", unit: "ms", measure: "m" };
const choice: Prediction = {
  ...{ kind: "choice", id: "c", asks: "?", wins: "lowest" },
  options: ["websocket", "sse", "socketio"].map((name) => ({ name, measure: name })),
};
const needs: SettingsQuestion = { kind: "needs", id: "needs", asks: "?" };
const weights: SettingsQuestion = {
  ...{ kind: "weights", id: "weights", asks: "?" },
  criteria: ["latency", "cpu", "memory"],
};

describe("answers are read as people type them", () => {
  test.each([
    [number, "12", 12],
    [number, " 0.5 ms ", 0.5],
    [number, "1,000", 1_000],
    [number, "", null],
    [choice, "2", "sse"],
    [choice, "SSE", "sse"],
    [choice, "web", "websocket"],
    [choice, "", null],
    [needs, "browser, resumption", "browser, resumption"],
    [needs, "", "none"],
    [weights, "latency=3,cpu=0", "latency=3, cpu=0, memory=1"],
  ] as const)("%o: %j", (asked, typed, answer) => {
    assert.equal(read(asked, typed), answer);
  });

  test.each([
    [number, "fast", /type a number \(ms\), such as 12 or 0\.5, not "fast"/],
    [number, "-3", /not "-3"/],
    [choice, "s", /choose a number from 1 to 3, or a name/],
    [choice, "4", /from 1 to 3/],
    [needs, "speed", /"speed" is none of browser/],
    [weights, "latency=11", /weights from 0 to 10/],
    [weights, "latency=0,cpu=0,memory=0", /nothing counts/],
    // What the experiment has no figure for can't be weighed.
    [weights, "tail=10", /there are latency, cpu, memory$/],
  ] as const)("%o: %j is refused with what would do", (asked, typed, message) => {
    assert.throws(
      () => read(asked, typed),
      (error) => error instanceof WrongAnswer && message.test(error.message),
    );
  });
});
