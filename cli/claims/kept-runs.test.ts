import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, test } from "vitest";
import { claims } from "../../claims/registry.ts";
import type { Results } from "../../harness/result/result.ts";
import { captureEnvironment } from "../../harness/run/environment.ts";
import { resultsOf } from "../../reports/model/results.test-fixture.ts";
import { experimentsOf, grouped } from "./experiments.ts";
import { fileOf, readKeptRuns } from "./kept-runs.ts";

const [group = []] = grouped(
  experimentsOf(
    claims.filter(({ id }) => id === "seed-bandwidth"),
    "quick",
    () => true,
  ),
);
const label = group[0]?.label ?? "";
const transports = ["long-polling", "websocket"];

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "notif-lab-kept-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What a run of the group on this machine would have written. */
function written(change: Partial<Results> = {}): Results {
  const results = resultsOf({ transports, scenarios: group.map((one) => one.label), blocks: 3 });
  return { ...results, environment: captureEnvironment([]), ...change };
}

async function readBack(results: Results) {
  writeFileSync(join(folder, fileOf(group, "quick")), JSON.stringify(results));
  return readKeptRuns(folder, "quick");
}

test("a finished run is used, for its transports and for fewer", async () => {
  const kept = await readBack(written());
  assert.equal(kept.trials(label, transports)?.length, 6);
  assert.ok(kept.trials(label, ["websocket"]));
  assert.equal(kept.trials(label, [...transports, "sse"]), undefined);
  assert.equal(kept.trials("another", transports), undefined);
  assert.equal(kept.unfinished(group), undefined);
});

test("an interrupted one is gone on with, and tells nothing by itself", async () => {
  const { finishedAt: _, ...rest } = written();
  const kept = await readBack(rest);
  assert.equal(kept.trials(label, transports), undefined);
  assert.ok(kept.unfinished(group));
});

test("one of another version, machine or mode counts as not there", async () => {
  const environment = captureEnvironment([]);
  for (const other of [{ notifLab: "0.0.1" }, { node: "v18.0.0" }, { cpuModel: "another" }]) {
    const kept = await readBack(written({ environment: { ...environment, ...other } }));
    assert.equal(kept.trials(label, transports), undefined);
  }
  await readBack(written());
  assert.equal((await readKeptRuns(folder, "full")).trials(label, transports), undefined);
  assert.equal((await readKeptRuns(join(folder, "none"), "quick")).trials(label, transports), undefined);
});
