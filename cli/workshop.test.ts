import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, test } from "vitest";
import { lessons } from "../workshop/registry.ts";
import { runNotifLab } from "./process.test-fixture.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "notif-lab-workshop-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const workshop = (...words: string[]) => runNotifLab(["workshop", ...words], folder);
const write = (name: string, content: string) => writeFileSync(join(folder, name), content);

const DONE = {
  schema: "notif-lab/workshop@1",
  lessons: {
    "1": {
      startedAt: "2026-01-02T03:04:05.000Z",
      finishedAt: "2026-01-02T03:14:05.000Z",
      answers: { websocket: 450, polling: 3, fewest: "grpc" },
      figures: {
        websocket: { value: 458, blocks: 1, unit: "bytes" },
        "polling over websocket": { absent: "it could not be recorded" },
      },
      machine: "a machine",
      seconds: 7,
      check: { answer: "It comes nearer to 1", right: true },
    },
  },
};

test("without a word it lists the lessons and says where to go on", async () => {
  const { code, out } = await workshop();
  assert.equal(code, 0);
  for (const { number, title } of lessons) assert.ok(out.includes(`${number}  ${title}`), title);
  assert.match(out, /Go on with: notif-lab workshop 1\n$/);
});

test("a file of answers that ends too soon keeps what was answered, and the lesson goes on there", async () => {
  write("two", "400\n3\n");
  const { code, err, out } = await workshop("1", "--answers", "two", "--file", "ends.json");
  assert.equal(code, 2);
  assert.match(err, /^notif-lab: two ends after 2 answers, .*What was answered is kept\n$/);
  assert.match(out, /Which transport takes the fewest bytes\?/);
  const list = await workshop("--file", "ends.json");
  assert.match(list.out, /1 {2}One notification, six ways +begun\n/);
  write("none", "");
  const again = await workshop("next", "--answers", "none", "--file", "ends.json");
  assert.match(again.out, /You said: 400 bytes\./);
  assert.doesNotMatch(again.out, /> 400/);
});

describe("wrong words are answered with one line and exit code 2", () => {
  test.each([
    [["9"], /takes a lesson from 1 to 8, next, summary or reset, not "9"/],
    [["1", "2"], /takes one word, not "1" and "2"/],
    [["reset", "x"], /takes a lesson from 1 to 8/],
    [["1", "--answers", "wrong"], /line 1 of wrong: type a number \(bytes\), such as 12 or 0\.5, not "many"/],
    [["1", "--answers", "absent"], /can't read absent \(no such file or directory\)/],
    [["--file", "damaged.json"], /damaged\.json is not complete JSON; "notif-lab workshop reset"/],
    [["--file", "other.json"], /other\.json is no workshop's file, or damaged at schema/],
  ] as const)("%j", async (words, message) => {
    write("wrong", "many\n");
    write("damaged.json", "{");
    write("other.json", "{}");
    const { code, err } = await workshop(...words);
    assert.equal(code, 2);
    assert.match(err, message);
    assert.equal(err.trimEnd().split("\n").length, 1, err);
  });
});

test("the summary has predictions beside figures, in Markdown, and what was not measured is said", async () => {
  write("done.json", JSON.stringify(DONE));
  const { code, out } = await workshop("summary", "--file", "done.json", "--name", "Ann *B*");
  assert.equal(code, 0);
  assert.match(out, /^# Workshop: how notifications travel\n\n\*\*Ann \\\*B\\\*\*\*/);
  assert.match(out, /\| 450 bytes \| 458 bytes \| near \|/);
  assert.match(out, /\| 3 times \| not measured \| open \|/);
  assert.match(out, /Measured on a machine, 2026-01-02\./);
});

test("a lesson that is done shows itself again without asking anything", async () => {
  write("done.json", JSON.stringify(DONE));
  const { code, out } = await workshop("1", "--file", "done.json", "--answers", "none");
  assert.equal(code, 0);
  assert.match(out, /measured {2}458 bytes\n/);
  assert.match(out, /Yes\. The text crosses/);
});

test("the instructor's page has the figures of the last run, and says where there are none", async () => {
  write("done.json", JSON.stringify(DONE));
  const { code } = await workshop("--instructor", "--file", "done.json", "--out", "teacher.html");
  assert.equal(code, 0);
  const page = readFileSync(join(folder, "teacher.html"), "utf8");
  assert.match(page, /<td>458 bytes<\/td>/);
  assert.match(page, /not measured: it could not be recorded/);
  assert.match(page, /The last run was on 2026-01-02\./);
  assert.match(page, /<td>1:00<\/td><th scope="row">A break of 10 minutes/);
  assert.match(page, /<td>1:10<\/td><th scope="row">5 /);
  assert.match(page, /people who have guessed want to know/);
  for (const { check } of lessons)
    for (const option of check.options) assert.ok(page.includes(option.replaceAll("'", "&#39;")), option);
  assert.match(page, /not run here yet: notif-lab workshop 2/);
  for (const { teacher } of lessons)
    assert.ok(page.includes(`<figcaption>${teacher.slide.title.replaceAll("'", "&#39;")}`));
});

test("reset begins anew and keeps what there was under another name; of one lesson it forgets that alone", async () => {
  write("r.json", JSON.stringify({ ...DONE, lessons: { ...DONE.lessons, "2": DONE.lessons["1"] } }));
  await workshop("reset", "1", "--file", "r.json");
  const { lessons: left } = JSON.parse((await workshop("--json", "--file", "r.json")).out);
  assert.deepEqual(Object.keys(left), ["2"]);
  const { out } = await workshop("reset", "--file", "r.json");
  assert.match(out, /the old answers are kept as .*r-before-.*\.json/);
  assert.ok(readdirSync(folder).some((name) => name.startsWith("r-before-")));
  assert.match((await workshop("--file", "r.json")).out, /0 of 8 lessons done/);
});
