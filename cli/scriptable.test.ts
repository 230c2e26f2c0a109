import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, test } from "vitest";

const main = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "notif-lab-scripts-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const notifLab = (...words: string[]) =>
  spawnSync(process.execPath, [main, ...words], { cwd: folder, encoding: "utf8" });
const short = ["--duration", "0.5", "--warmup", "0", "--transports", "tcp", "--connections", "10"];
const bench = ["bench", "--quick", "--scenarios", "notify", ...short];
const selftest = ["selftest", "--only", "histogram"];

describe("--json prints one JSON document on stdout and nothing else", () => {
  test.each([
    ["bench", [...bench, "--json"]],
    ["selftest", [...selftest, "--json"]],
    ["list", ["list", "--json"]],
    ["doctor", ["doctor", "--json"]],
    ["config", ["config", "sweep", "--json"]],
  ])("%s", { timeout: 120_000 }, (_, words) => {
    const { stdout, stderr } = notifLab(...words);
    assert.ok(typeof JSON.parse(stdout) === "object", stderr);
  });
});

describe("--quiet says nothing on stderr, and on stdout only the outcome", () => {
  test("bench prints its paths", { timeout: 120_000 }, () => {
    const { stdout, stderr, status } = notifLab(...bench, "--quiet", "--out", "q");
    assert.deepEqual([status, stderr], [0, ""]);
    assert.match(
      stdout,
      /^Report {3}\S+report\.html\nReport {3}\S+report\.md\nResults {2}\S+results\.json\n$/,
    );
  });

  test.each([["selftest", [...selftest, "--quiet"]]])("%s", { timeout: 120_000 }, (_, words) => {
    const { stdout, stderr } = notifLab(...words);
    assert.equal(stderr, "");
    assert.notEqual(stdout, "");
  });
});
