import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, test } from "vitest";
import { runNotifLab } from "./process.test-fixture.ts";

/** Made by the last build that knew no launches (28 November 2026): three blocks, all in one piece. */
const OLD = new URL("../test/before-launches.results.json.gz", import.meta.url);

let folder = "";
let path = "";
let later = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "notif-lab-old-"));
  path = join(folder, "results.json");
  later = join(folder, "later.json");
  const text = gunzipSync(readFileSync(OLD)).toString();
  writeFileSync(path, text);
  // As of another run.
  writeFileSync(later, JSON.stringify({ ...JSON.parse(text), startedAt: "2026-12-24T12:00:00.000Z" }));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each([
  { words: ["report"], out: ["--out", "new"], says: /report\.html/ },
  { words: ["report", "--format", "md"], out: ["--out", "-"], says: /\| websocket/ },
  { words: ["advise", "--need", "none"], out: [], says: /websocket/ },
])("results from before there were launches still open: $words", async ({ words, out, says }) => {
  const [command = "", ...flags] = words;
  const { code, out: text, err } = await runNotifLab([command, path, ...flags, ...out], folder);
  assert.equal(code, 0, err);
  assert.match(text, says);
});

test("they are compared, and stand in a trend", async () => {
  for (const command of ["compare", "trend"]) {
    const { code, out, err } = await runNotifLab([command, path, later], folder);
    assert.equal(code, 0, err);
    assert.match(out, /block by block/);
    assert.match(out, /sse/);
  }
});
