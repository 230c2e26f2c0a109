import assert from "node:assert/strict";
import { once } from "node:events";
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, test } from "vitest";
import { resultsSchema } from "../harness/result/result.ts";
import { childrenOf, endedSoon, runNotifLab, startNotifLab, TINY } from "./process.test-fixture.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "notif-lab-bench-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const start = (...words: string[]) => startNotifLab(words, folder);
/** In this process: enough for what is about words and files. */
const notifLabHere = (...words: string[]) => runNotifLab(words, folder);

describe("bench", () => {
  test("writes results and reports, prints a table, and renders the same again", {
    timeout: 240_000,
  }, async () => {
    const { code, out, err } = await start("bench", ...TINY, "--transports", "tcp", "--out", "a").ended;
    assert.equal(code, 0, err);
    const read = (name: string) => readFileSync(join(folder, "a", name), "utf8");
    const results = resultsSchema.parse(JSON.parse(read("results.json")));
    assert.deepEqual(
      results.trials.map((trial) => trial.state),
      ["completed", "completed"],
    );
    assert.match(results.command, /bench --quick --connections 20/);
    assert.match(out, /tcp[\s\S]*report\.html/);
    assert.match(err, /\[1\/2\]/);
    const html = read("report.html");
    assert.match(html, /<!doctype html>/i);
    assert.equal((await notifLabHere("report", "a/results.json", "--out", "b")).code, 0);
    assert.equal(readFileSync(join(folder, "b", "report.html"), "utf8"), html);
    assert.deepEqual(readdirSync(join(folder, "a")).sort(), ["report.html", "report.md", "results.json"]);
  });

  test("--json prints the results and nothing else", { timeout: 240_000, tags: ["full"] }, async () => {
    const one = ["--transports", "tcp", "--scenarios", "fan-out", "--json", "--out", "c"];
    const { out, err } = await start("bench", ...TINY, ...one).ended;
    assert.equal(resultsSchema.parse(JSON.parse(out)).trials.length, 1);
    assert.equal(err, "");
  });

  test("Ctrl-C keeps what there is beside the run before, exits with 130, and leaves no process", {
    timeout: 240_000,
  }, async () => {
    mkdirSync(join(folder, "d"));
    copyFileSync(join(folder, "a", "results.json"), join(folder, "d", "results.json"));
    const { child, ended, texts } = start(
      "bench",
      ...TINY,
      "--transports",
      "tcp",
      "--scenarios",
      "fan-out",
      "--blocks",
      "50",
      "--out",
      "d",
    );
    while (!/\[2\/50\]/.test(texts.err)) await once(child.stderr, "data");
    // Between trials it may have none for a moment.
    let pids: number[] = [];
    while (pids.length === 0) {
      assert.equal(child.exitCode, null, texts.err);
      pids = childrenOf(child.pid);
      await sleep(20);
    }
    child.kill("SIGINT");
    const { code, out } = await ended;
    assert.equal(code, 130);
    assert.match(out, /go on with: notif-lab bench --resume/);
    const results = resultsSchema.parse(JSON.parse(readFileSync(join(folder, "d", "results.json"), "utf8")));
    assert.ok(results.trials.length >= 1 && results.finishedAt === undefined);
    assert.match(readFileSync(join(folder, "d", "report.html"), "utf8"), /did not finish/);
    for (const pid of pids) assert.throws(() => process.kill(pid, 0), `process ${pid} is left`);
    const earlier = readdirSync(join(folder, "d")).filter((name) => name.startsWith("results-before-"));
    assert.equal(earlier.length, 1);
    const { code: again, err } = await notifLabHere("bench", "--resume", "d", "--rate", "5");
    assert.deepEqual([again, /leave out --rate/.test(err)], [2, true]);
  });

  for (const [what, words, tags] of [
    ["a launch", [], ["full", "release"]],
    ["a trial of its own", ["--no-interleave"], ["full"]],
    ["a fault", ["--scenarios", "slow-consumer"], ["full", "release"]],
  ] as const)
    test(`Ctrl-C soon ends ${what} of a minute`, { timeout: 120_000, tags: [...tags] }, async () => {
      const usual = ["bench", ...TINY, "--duration", "60", "--transports", "tcp", "--out", "e"];
      const { child, ended } = start(...usual, ...words);
      while (childrenOf(child.pid).length < 2) await sleep(50);
      // It connects and warms up; at whatever moment the signal comes, it is to end.
      await sleep(4_000);
      child.kill("SIGINT");
      assert.equal((await endedSoon(ended)).code, 130);
    });
});
