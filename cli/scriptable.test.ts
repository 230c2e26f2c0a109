import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, test } from "vitest";
import { startNotifLab, TINY } from "./process.test-fixture.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "notif-lab-scripts-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** In a process of its own, of which nothing that it writes is missed. */
const notifLab = (...words: string[]) => startNotifLab(words, folder).ended;
const bench = ["bench", ...TINY, "--scenarios", "notify", "--transports", "tcp"];

/** And `bench` and `selftest`, of which their own tests say so. */
describe("--json prints one JSON document on stdout and nothing else", () => {
  test.each([
    ["list", ["list", "--json"]],
    ["doctor", ["doctor", "--json"]],
    ["config", ["config", "sweep", "--json"]],
  ])("%s", { timeout: 120_000 }, async (_, words) => {
    const { out, err } = await notifLab(...words);
    assert.ok(typeof JSON.parse(out) === "object", err);
  });
});

describe("--quiet says nothing on stderr, and on stdout only the outcome", () => {
  // And compare.test.ts, within its own process.
  test("bench prints its paths", { timeout: 120_000, tags: ["full"] }, async () => {
    const { out, err, code } = await notifLab(...bench, "--quiet", "--out", "q");
    assert.deepEqual([code, err], [0, ""]);
    assert.match(out, /^Report {3}\S+report\.html\nReport {3}\S+report\.md\nResults {2}\S+results\.json\n$/);
  });

  // And selftest.test.ts, within its own process.
  test("selftest", { timeout: 120_000, tags: ["full"] }, async () => {
    const { out, err } = await notifLab("selftest", "--only", "schedule", "--quiet");
    assert.equal(err, "");
    assert.notEqual(out, "");
  });
});
