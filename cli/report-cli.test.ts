import assert from "node:assert/strict";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, test } from "vitest";
import { formats } from "../reports/formats/registry.ts";
import { hostileResults } from "../reports/model/hostile.test-fixture.ts";
import { resultsOf } from "../reports/model/results.test-fixture.ts";
import { runNotifLab } from "./process.test-fixture.ts";

const FORMATS = formats.map(({ name }) => name);
let folder = "";

const notifLab = (...words: string[]) => runNotifLab(words, folder);

const write = (name: string, value: unknown) => writeFileSync(join(folder, name), JSON.stringify(value));
const lines = (text: string) => text.trimEnd().split("\n");

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "notif-lab-report-"));
  const run = resultsOf({ transports: ["sse", "grpc"], blocks: 2 });
  write("a.json", run);
  write("b.json", { ...run, startedAt: "2026-03-03T04:05:06.000Z" });
  write("seed.json", { ...run, startedAt: "2026-04-03T04:05:06.000Z", seed: 7 });
  write("hostile.json", hostileResults());
  write("old.json", { ...run, schema: "notif-lab/results@1" });
  write("odd.json", { ...run, schema: "\u001b[31mnotif\n\u009b@9" });
  write("damaged.json", { ...run, "\u001b[31m\u009bextra\n": 1 });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("report", () => {
  test("writes every format asked for under the names that its readers look for", async () => {
    const { code, out } = await notifLab("report", "a.json", "--format", "all", "--out", "all");
    const names = formats.map(({ file }) => file);
    assert.equal(code, 0);
    assert.deepEqual(
      lines(out),
      names.map((name) => join(folder, "all", name)).map((path) => path.replace(/^\/private/, "")),
    );
    assert.deepEqual(readdirSync(join(folder, "all")).sort(), [...names].sort());
  });

  test("prints one format to stdout and nothing else, the same bytes each time and as in the file", async () => {
    await notifLab("report", "a.json", "--format", "csv", "--out", "csv");
    const printed = await notifLab("report", "a.json", "--format", "csv", "--stdout");
    assert.equal(printed.out, readFileSync(join(folder, "csv", "report.csv"), "utf8"));
    assert.equal((await notifLab("report", "a.json", "--format", "csv", "--out", "-")).out, printed.out);
  });

  test("a run's folder is taken as the results in it", async () => {
    mkdirSync(join(folder, "a-run"));
    copyFileSync(join(folder, "a.json"), join(folder, "a-run", "results.json"));
    const { code, out } = await notifLab("report", "a-run", "--format", "csv");
    assert.equal(code, 0);
    assert.ok(out.endsWith(`${join("a-run", "report.csv")}\n`), out);
    assert.equal((await notifLab("compare", "a-run", "a.json")).code, 0);
    symlinkSync("loop.json", join(folder, "loop.json"));
    const loop = await notifLab("report", "loop.json");
    assert.equal(loop.code, 2);
    assert.match(
      loop.err,
      /^notif-lab: can't read loop\.json \(too many symbolic links[^\n]*; give the results\.json[^\n]+\n$/,
    );
    mkdirSync(join(folder, "empty"));
    const { code: none, err } = await notifLab("report", "empty");
    assert.equal(none, 2);
    assert.match(
      err,
      /can't read empty.results\.json \(no such file or directory\); give the results\.json of a bench run, or its folder/,
    );
  });

  test("a threshold is a case of the JUnit file, and a missed one ends with 1 and a line", async () => {
    const flags = ["--format", "junit", "--stdout", "--threshold", "p50 < 1.2ms"];
    const { code, out, err } = await notifLab("report", "a.json", ...flags);
    assert.equal(code, 1);
    assert.match(out, /<testsuite name="thresholds" tests="2" failures="1"/);
    assert.match(err, /^notif-lab: grpc\.notify\.deliveryLatencyUs\.p50 < 1\.20 ms is not met: measured/);
    const baseline = ["--baseline", "b.json", "--fail-on", "p50 > 10%"];
    const kept = await notifLab("report", "a.json", "--format", "junit", "--stdout", ...baseline);
    assert.equal(kept.code, 0);
    assert.match(kept.out, /<testsuite name="regressions" tests="2" failures="0"/);
  });

  const wrong: [string, string[], RegExp][] = [
    [
      "a format nobody knows",
      ["--format", "junti"],
      new RegExp(`unknown format "junti"; did you mean junit\\? there are ${FORMATS.join(", ")}$`, "m"),
    ],
    ["two formats to stdout", ["--format", "csv,md", "--stdout"], /stdout takes one format/],
    [
      "stdout and a folder",
      ["--format", "csv", "--stdout", "--out", "x"],
      /choose one of --stdout and --out/,
    ],
    ["a rule without its baseline", ["--fail-on", "p50 > 1%"], /name its results\.json with --baseline/],
    ["a baseline of another plan", ["--baseline", "seed.json"], /have different plans: seed 7 in A, 42 in B/],
  ];
  test.each(wrong)("%s is wrong usage, told in one line", async (_what, flags, message) => {
    const { code, out, err } = await notifLab("report", "a.json", ...flags);
    assert.deepEqual([code, out, lines(err).length], [2, "", 1]);
    assert.match(err, message);
  });

  test.each(FORMATS)(
    "%s: a hostile file is rendered, one of an older version refused in one line",
    async (format) => {
      const hostile = await notifLab("report", "hostile.json", "--format", format, "--stdout");
      assert.deepEqual([hostile.code, hostile.err], [0, ""]);
      const old = await notifLab("report", "old.json", "--format", format, "--stdout");
      assert.deepEqual([old.code, old.out, lines(old.err).length], [2, "", 1]);
      assert.match(old.err, /of version "notif-lab\/results@1"; this notif-lab reads "notif-lab\/results@2"/);
    },
  );

  test.each(["odd.json", "damaged.json"])(
    "%s: what is told of a file can't steer the terminal",
    async (name) => {
      const { code, err } = await notifLab("report", name);
      assert.deepEqual([code, lines(err).length], [2, 1]);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose
      assert.doesNotMatch(err.trimEnd(), /[\u0000-\u001f\u007f-\u009f]/);
    },
  );
});

describe("bench --format", () => {
  test("an unknown format is told before anything is measured", async () => {
    const { code, err } = await notifLab("bench", "--format", "cvs", "--out", "never");
    assert.equal(code, 2);
    assert.match(err, /unknown format "cvs"; did you mean csv\?/);
    assert.ok(!readdirSync(folder).includes("never"));
  });
});

describe("compare and trend as pages", () => {
  test("compare writes a page where its name says so", async () => {
    const { code, out } = await notifLab("compare", "a.json", "b.json", "--out", "compare.html");
    assert.deepEqual([code, out], [0, "compare.html\n"]);
    assert.match(
      readFileSync(join(folder, "compare.html"), "utf8"),
      /<h1>What changed from run A to run B\?/,
    );
  });

  test("trend prints a table or JSON, and writes a page", async () => {
    const text = await notifLab("trend", "b.json", "a.json");
    assert.match(text.out, /^2 runs, the last against the first\n1 {2}2026-02-03.*\n2 {2}2026-03-03/);
    assert.equal(JSON.parse((await notifLab("trend", "a.json", "b.json", "--json")).out).runs.length, 2);
    assert.equal((await notifLab("trend", "a.json", "b.json", "--out", "trend.html")).out, "trend.html\n");
    assert.match(readFileSync(join(folder, "trend.html"), "utf8"), /script-src &#39;sha256-/);
  });

  const wrong: [string, string[], RegExp][] = [
    ["one run alone", ["a.json"], /a trend takes two results files or more/],
    ["the same run twice", ["a.json", "a.json"], /are the same run, started at 2026-02-03/],
    [
      "another plan",
      ["a.json", "seed.json"],
      /a\.json \(A\) and seed\.json \(B\) have different plans: seed 42 in A, 7 in B; .*--allow/,
    ],
  ];
  test.each(wrong)("%s makes no trend, in one line", async (_what, files, message) => {
    const { code, out, err } = await notifLab("trend", ...files);
    assert.deepEqual([code, out, lines(err).length], [2, "", 1]);
    assert.match(err, message);
  });

  test("--allow takes runs of different plans and says what differs", async () => {
    const { code, out } = await notifLab("trend", "a.json", "seed.json", "--allow");
    assert.equal(code, 0);
    assert.match(out, /^! run 2: seed 42, now 7$/m);
  });
});
