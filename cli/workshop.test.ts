import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, onTestFinished, test } from "vitest";
import { lessons } from "../workshop/registry.ts";
import { endedSoon, heard, main, runNotifLab } from "./process.test-fixture.ts";

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
    [
      ["--file", "damaged.json"],
      /damaged\.json is not complete JSON; "notif-lab workshop reset --file damaged\.json" sets it aside/,
    ],
    [["--file", "other.json"], /other\.json is no workshop's file, or damaged at schema/],
    [["1", "--file", "full.json"], /full-runs\S+ \(.* is not a folder\); choose another file with --file$/],
    [["summary", "--page"], /--page shows lessons; leave out --page, or summary$/],
    [["--instructor", "--page"], /--page shows lessons; leave out --page, or --instructor$/],
    [["3", "--instructor"], /--instructor is about all lessons; leave out --instructor, or "3"$/],
    [
      ["1", "--page", "--again"],
      /--again goes with a lesson in the terminal, not with --page; leave it out$/,
    ],
    [["1", "--page", "--answers", "none"], /--answers goes with a lesson in the terminal, not with --page/],
    [["--again"], /--again goes with a lesson in the terminal, not with the list of lessons/],
    [["1", "--json"], /--json goes with the list of lessons, not with a lesson in the terminal/],
    [["summary", "--json"], /--json goes with the list of lessons, not with summary/],
    [["1", "--name", "Ann"], /--name goes with summary, not with a lesson in the terminal/],
    [["reset", "--out", "x"], /--out goes with summary and --instructor, not with reset/],
    [["1", "--port", "0"], /--port goes with --page, not with a lesson in the terminal/],
  ] as const)("%j", async (words, message) => {
    write("wrong", "many\n");
    write("damaged.json", "{");
    write("other.json", "{}");
    write("full-runs", "a file where a folder should be");
    const { code, err } = await workshop(...words);
    assert.equal(code, 2);
    assert.match(err.trimEnd(), message);
    assert.equal(err.trimEnd().split("\n").length, 1, err);
  });
});

test("flags of a file are for all that the workshop can be asked for", async () => {
  const place = join(folder, "configured");
  mkdirSync(place);
  writeFileSync(
    join(place, "notif-lab.config.json"),
    JSON.stringify({ workshop: { name: "Ann", port: "0" } }),
  );
  const [list, summary] = [
    await runNotifLab(["workshop"], place),
    await runNotifLab(["workshop", "summary"], place),
  ];
  assert.deepEqual([list.code, summary.code], [0, 0]);
  assert.match(summary.out, /\*\*Ann\*\*/);
});

test("who is told to go on is told with the file", async () => {
  assert.match(
    (await workshop("--file", "ann.json")).out,
    /Go on with: notif-lab workshop 1 --file ann\.json\n$/,
  );
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
  const one = await workshop("reset", "1", "--file", "r.json");
  const [, path = ""] =
    /lesson 1 is reset; the old answers are kept as (.*r-before-.*\.json)\n/.exec(one.out) ?? [];
  assert.deepEqual(Object.keys(JSON.parse(readFileSync(path, "utf8")).lessons), ["1", "2"]);
  assert.match((await workshop("reset", "1", "--file", "r.json")).out, /^nothing to reset\n$/);
  const { lessons: left } = JSON.parse((await workshop("--json", "--file", "r.json")).out);
  assert.deepEqual(Object.keys(left), ["2"]);
  const { out } = await workshop("reset", "--file", "r.json");
  assert.match(out, /the old answers are kept as .*r-before-.*\.json/);
  assert.ok(readdirSync(folder).some((name) => name.startsWith("r-before-")));
  assert.match((await workshop("--file", "r.json")).out, /0 of 8 lessons done/);
});

test("reset sets aside a file of any name, also a damaged one", async () => {
  write("ann", "{");
  const { code, out } = await workshop("reset", "--file", "ann");
  assert.equal(code, 0);
  assert.match(out, /the old answers are kept as .*ann-before-/);
  assert.match((await workshop("--file", "ann")).out, /0 of 8 lessons done/);
});

/** In a process of its own, whose stdin stays open. */
function atPipe(...words: string[]) {
  const child = spawn(process.execPath, [main, "workshop", ...words], { cwd: folder, stdio: "pipe" });
  onTestFinished(() => void child.kill("SIGKILL"));
  return { child, ...heard(child) };
}

describe("a stdin that stays open does not keep the command alive", () => {
  test("after the last answer", async () => {
    const { check: _, finishedAt: __, ...begun } = DONE.lessons["1"];
    write("begun.json", JSON.stringify({ ...DONE, lessons: { "1": begun } }));
    const { child, ended } = atPipe("1", "--file", "begun.json");
    child.stdin.write("2\n");
    const { code, out } = await endedSoon(ended);
    assert.equal(code, 0);
    assert.match(out, /1 of 8 lessons done/);
  });

  test("where a lesson that is done asks nothing", async () => {
    write("done.json", JSON.stringify(DONE));
    assert.equal((await endedSoon(atPipe("1", "--file", "done.json").ended)).code, 0);
  });

  test("at a question, when SIGTERM comes", async () => {
    const { child, ended, texts } = atPipe("1", "--file", "ended.json");
    while (!texts.out.includes("?")) await once(child.stdout, "data");
    child.kill("SIGTERM");
    const { code, out } = await endedSoon(ended);
    assert.equal(code, 130);
    assert.match(out, /go on with: notif-lab workshop 1 --file ended\.json\n$/);
  });
});
