import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { describe, expect, test } from "vitest";
import { checkQuestion } from "../../workshop/question.ts";
import { Interrupted } from "./interrupted.ts";
import { terminalFace } from "./terminal-face.ts";
import { keyboard, script } from "./typed.ts";

const QUESTION = checkQuestion({ asks: "Is it so?", options: ["Yes", "No"], right: 0, because: "" });
const STYLE = { color: false, unicode: true, width: 80 };

/** Somebody at a terminal who is asked something, once the prompt is there; `before` was typed before it was. */
async function asked(before = "") {
  const [input, output] = [new PassThrough(), new PassThrough()];
  input.write(before);
  let shown = "";
  output.on("data", (chunk) => {
    shown += String(chunk);
  });
  const leave = new AbortController();
  const typed = keyboard(input, output, leave.signal);
  const answer = terminalFace(output, typed, STYLE).ask(QUESTION);
  answer.catch(() => undefined);
  const shows = (text: string) => expect.poll(() => shown).toMatch(new RegExp(text, "s"));
  await shows(QUESTION.hint);
  return { input, leave, answer, shows, typed };
}

describe("at a keyboard", () => {
  test("a wrong answer is told and asked again", async () => {
    const { input, answer, shows } = await asked();
    input.write("perhaps\r");
    await shows(`choose a number from 1 to 2, or a name from the list, not "perhaps".*${QUESTION.hint}`);
    input.write("2\r");
    assert.equal(await answer, "No");
  });

  test("lines that were typed before the question was there are no answer to it", async () => {
    const { input, answer } = await asked("\r1\r");
    input.write("2\r");
    assert.equal(await answer, "No");
  });

  test("an input that has ended meanwhile leaves the lesson", async () => {
    const input = new PassThrough();
    const typed = keyboard(input, new PassThrough(), new AbortController().signal);
    input.end("1\r");
    await assert.rejects(typed.line("? "), Interrupted);
  });

  test.each([
    ["Ctrl-C", "\u0003"],
    ["Ctrl-D", "\u0004"],
  ])("%s leaves the lesson", async (_, key) => {
    const { input, answer } = await asked();
    input.write(key);
    await assert.rejects(answer, Interrupted);
    assert.ok(input.isPaused());
  });

  test("a signal leaves the lesson, at a question and before the next one", async () => {
    const { input, leave, answer, typed } = await asked();
    leave.abort();
    await assert.rejects(answer, Interrupted);
    assert.ok(input.isPaused());
    await assert.rejects(typed.line("? "), Interrupted);
  });
});

describe("answers from an input", () => {
  test("that stays open are read line by line, and it is let go in the end", async () => {
    const input = new PassThrough();
    const typed = script("stdin", input, new AbortController().signal);
    assert.equal(input.listenerCount("readable") + input.listenerCount("data"), 0);
    input.write("one\ntwo\n");
    assert.deepEqual([await typed.line("? "), await typed.line("? ")], ["one", "two"]);
    typed.close();
    assert.ok(input.isPaused());
  });

  test("that ends too soon are told as such", async () => {
    const input = new PassThrough();
    const typed = script("stdin", input, new AbortController().signal);
    input.end("one\n");
    await typed.line("? ");
    await assert.rejects(typed.line("? "), /^CliFailure: stdin ends after 1 answer, /);
  });
});
