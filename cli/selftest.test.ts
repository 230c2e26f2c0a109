import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { selftestSchema } from "../harness/selftest/result.ts";
import { childrenOf, runNotifLab, startNotifLab } from "./process.test-fixture.ts";

const start = (...words: string[]) => startNotifLab(["selftest", ...words]);

describe("notif-lab selftest", () => {
  test("prints a table and says how it goes; 0 when all passed", { timeout: 60_000 }, async () => {
    const { code, out, err } = await runNotifLab(["selftest", "--only", "histogram, schedule"]);
    assert.equal(code, 0, err);
    assert.match(out, /^histogram +pass/m);
    assert.match(out, /2 of 2 checks passed/);
    assert.match(err, /^\[1\/2\] histogram: /m);
    assert.match(err, /^\[2\/2\] pass: /m);
  });

  test("--json prints the document alone, --quiet nothing beside it", { timeout: 60_000 }, async () => {
    const { code, out, err } = await runNotifLab([
      "selftest",
      "--only",
      "histogram",
      "--json",
      "--quiet",
      "--seed",
      "3",
    ]);
    assert.equal(code, 0, err);
    assert.equal(err, "");
    const document = selftestSchema.parse(JSON.parse(out));
    assert.equal(document.seed, 3);
    assert.deepEqual(
      document.checks.map(({ name, verdict }) => [name, verdict]),
      [["histogram", "pass"]],
    );
  });

  for (const [what, words, message] of [
    ["an unknown check", ["--only", "coverge"], /unknown check "coverge"; did you mean coverage\?/],
    ["no check", ["--only", ","], /no check named/],
    ["an unknown tool", ["--against", "autocanon"], /--against <tool>.*Allowed choices are autocannon/],
    ["a seed in words", ["--seed", "one"], /--seed takes a whole number/],
    ["an unknown flag", ["--onyl", "coverage"], /unknown option '--onyl'/],
  ] as const) {
    test(`${what} is answered with one line and exit code 2`, async () => {
      const { code, out, err } = await runNotifLab(["selftest", ...words]);
      assert.deepEqual([code, out], [2, ""]);
      assert.match(err, message);
      assert.equal(err.trimEnd().split("\n").length, 1, err);
    });
  }

  test("Ctrl-C ends it with 130 and leaves no process behind", { timeout: 60_000 }, async () => {
    const { child, ended, texts } = start("--only", "coverage,accounting");
    let pids: number[] = [];
    while (pids.length < 2 && child.exitCode === null) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      pids = childrenOf(child.pid);
    }
    child.kill("SIGINT");
    const { code } = await ended;
    assert.equal(code, 130, texts.err);
    assert.match(texts.out, /interrupted before the end/);
    for (const pid of pids) assert.throws(() => process.kill(pid, 0), `process ${pid} is left`);
  });
});
