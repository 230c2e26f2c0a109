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

const experiments = experimentsOf(
  claims.filter(({ id }) => id === "seed-bandwidth"),
  "quick",
  () => true,
);
const [group = []] = grouped(experiments);
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

test("of two runs of an experiment the one that ended last counts, whichever file is read first", async () => {
  const wider =
    grouped(experiments.map((one) => ({ ...one, transports: [...one.transports, "sse"] })))[0] ?? [];
  const [early, late] = ["2026-03-01T00:00:00.000Z", "2026-03-02T00:00:00.000Z"];
  for (const [first, second] of [
    [early, late],
    [late, early],
  ]) {
    writeFileSync(join(folder, fileOf(group, "quick")), JSON.stringify(written({ finishedAt: first })));
    writeFileSync(join(folder, fileOf(wider, "quick")), JSON.stringify(written({ finishedAt: second })));
    const kept = await readKeptRuns(folder, "quick");
    assert.equal(kept.results(label, transports)?.finishedAt, late);
  }
  rmSync(join(folder, fileOf(wider, "quick")));
});

test("what is measured again takes the place of what is finished only when it is at its end", async () => {
  const first = written({ startedAt: "2026-03-01T00:00:00.000Z", finishedAt: "2026-03-01T01:00:00.000Z" });
  const again = written({ startedAt: "2026-03-02T00:00:00.000Z", finishedAt: "2026-03-02T01:00:00.000Z" });
  const { finishedAt: _, ...begun } = again;
  const kept = await readBack(first);
  kept.put(group, begun);
  assert.notEqual(kept.fileOf(group), fileOf(group, "quick"));
  assert.equal(kept.results(label, transports)?.startedAt, first.startedAt);
  assert.equal(kept.unfinished(group)?.startedAt, again.startedAt);
  // Who comes back finds both.
  writeFileSync(join(folder, kept.fileOf(group)), JSON.stringify(begun));
  const back = await readKeptRuns(folder, "quick");
  assert.equal(back.results(label, transports)?.startedAt, first.startedAt);
  assert.equal(back.unfinished(group)?.startedAt, again.startedAt);
  back.put(group, again);
  assert.equal(back.results(label, transports)?.startedAt, again.startedAt);
  assert.equal(back.unfinished(group), undefined);
  // Further blocks go on in its own file, and a third run in the other.
  back.put(group, begun);
  assert.equal(back.fileOf(group), kept.fileOf(group));
  back.put(group, again);
  back.put(group, { ...begun, startedAt: "2026-03-03T00:00:00.000Z" });
  assert.equal(back.fileOf(group), fileOf(group, "quick"));
});
