import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, test } from "vitest";
import { openOutputFolder, setAside } from "./output-folder.ts";

let base = "";
beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), "notif-lab-folder-"));
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

describe("a file that is set aside", () => {
  test.each([
    ["results.json", "results-before-now.json"],
    ["ann", "ann-before-now"],
    ["ann.JSON", "ann-before-now.JSON"],
    ["w.v2", "w-before-now.v2"],
    [".ann", ".ann-before-now"],
  ])("%s becomes %s", async (name, kept) => {
    const folder = mkdtempSync(join(base, "one-"));
    writeFileSync(join(folder, name), "old");
    assert.equal(await setAside(folder, name, "now"), join(folder, kept));
    assert.deepEqual(readdirSync(folder), [kept]);
    assert.equal(readFileSync(join(folder, kept), "utf8"), "old");
  });

  test("is none where there is none", async () => {
    assert.equal(await setAside(base, "none", "now"), undefined);
    assert.ok(!existsSync(join(base, "none")));
  });
});

test("a folder that can't be written to is told with what to do about it there", async () => {
  const file = join(base, "file");
  writeFileSync(file, "");
  await assert.rejects(openOutputFolder(file), /is not a folder\); choose another folder with --out$/);
  await assert.rejects(openOutputFolder(file, "do something else"), /is not a folder\); do something else$/);
});
