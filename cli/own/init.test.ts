import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, test } from "vitest";
import { resultsSchema } from "../../harness/result/result.ts";
import { runNotifLab } from "../process.test-fixture.ts";
import { EXAMPLE_SCENARIO } from "./example-scenario.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "notif-lab-init-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const notifLab = (...words: string[]) => runNotifLab(words, folder);

test("init writes a file, over one that is there only with --force", async () => {
  assert.equal((await notifLab("init")).code, 0);
  const again = await notifLab("init");
  assert.equal(again.code, 2);
  assert.match(again.err, /^notif-lab: my-scenario\.yaml already exists.*--force\n$/);
  assert.equal(readFileSync(join(folder, "my-scenario.yaml"), "utf8"), EXAMPLE_SCENARIO);
  writeFileSync(join(folder, "old.yaml"), "old");
  assert.equal((await notifLab("init", "old.yaml", "--force")).code, 0);
  assert.equal(readFileSync(join(folder, "old.yaml"), "utf8"), EXAMPLE_SCENARIO);
});

test("the scenario that init writes runs, and shows in the results", {
  tags: ["full"],
  timeout: 240_000,
}, async () => {
  const made = await notifLab("init", "mine.yaml");
  assert.equal(made.code, 0, made.err);
  const file = join(folder, "mine.yaml");
  const text = readFileSync(file, "utf8")
    .replace("measureMs: 5000", "measureMs: 500")
    .replace("warmupMs: 1000", "warmupMs: 200");
  writeFileSync(file, `${text}faults:\n  - { kind: link-reset, atMs: 200 }\n`);
  const { code, err } = await notifLab(
    ...["bench", "--quick", "--transports", "tcp", "--scenario-file", "mine.yaml", "--out", "mine"],
  );
  assert.equal(code, 0, err);
  const results = resultsSchema.parse(JSON.parse(readFileSync(join(folder, "mine", "results.json"), "utf8")));
  const [trial] = results.trials;
  assert.equal(trial?.state, "completed", trial?.reason);
  assert.deepEqual(
    [results.scenarios[0]?.name, trial?.metrics?.connections, trial?.metrics?.faults?.length],
    ["my-scenario", 61, 1],
  );
  const changed = await notifLab("bench", "--resume", "mine");
  assert.equal(changed.code, 2);
  assert.match(changed.err, /give its --scenario-file again/);
});
