import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, test } from "vitest";
import { type Results, resultsSchema } from "../../harness/result/result.ts";
import { captureEnvironment } from "../../harness/run/environment.ts";
import { resultsOf } from "../../reports/model/results.test-fixture.ts";
import { lessons } from "../../workshop/registry.ts";
import { groupSeconds, SPENDING } from "../claims/experiments.ts";
import type { runGroup } from "../claims/run-group.ts";
import { openOutputFolder } from "../output/output-folder.ts";
import { usage } from "../process/failure.ts";
import { Interrupted } from "./interrupted.ts";
import { openLab } from "./lab.ts";

/** Three experiments that nothing else is needed for, and no journey. */
const lesson = lessons[4];
assert.ok(lesson);
const EXPERIMENTS = ["3g", "slow feed", "quick feed"];

/** When the clock of a real lesson ends what runs. */
const OVER_MS = 236_000;

let base = "";
beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), "notif-lab-lab-"));
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

/** A machine that takes so many times as long as planned, and on which nothing really runs; a run of it may break. */
function machine(
  times: number,
  leaving?: { readonly inRun: number; readonly leave: AbortController },
  breaking?: { readonly inRun: number; readonly error: Error },
) {
  let nowMs = 0;
  const ran: { readonly label: string; readonly block: number; readonly retry: boolean }[] = [];
  const run: typeof runGroup = async (group, { kept, blocks = 0, retry = true }, events) => {
    const [first] = group;
    assert.ok(first);
    ran.push({ label: first.label, block: blocks, retry });
    if (breaking && ran.length === breaking.inRun) throw breaking.error;
    const tookMs = (times * 1_000 * groupSeconds(group, "quick")) / SPENDING.quick.blocks;
    const isLeft = ran.length === leaving?.inRun;
    const isHalf = isLeft || nowMs + tookMs > OVER_MS;
    nowMs = Math.min(OVER_MS, nowMs + tookMs);
    const { finishedAt, ...half } = resultsOf({
      transports: first.transports,
      scenarios: group.map(({ label }) => label),
      blocks,
    });
    const here = { ...half, environment: captureEnvironment([]) };
    const results: Results = isHalf || finishedAt === undefined ? here : { ...here, finishedAt };
    kept.put(group, results);
    await events.onResults(group, results);
    if (isLeft) leaving?.leave.abort();
    return results;
  };
  return { run, ran, now: () => nowMs, seconds: () => nowMs / 1_000 };
}

async function labOn(
  { run, now }: ReturnType<typeof machine>,
  signal = new AbortController().signal,
  path = mkdtempSync(join(base, "runs-")),
) {
  const lab = await openLab(
    {
      ...{ folder: await openOutputFolder(path), command: "a test", anew: "begin anew", run, now },
      ...{ onRun: () => undefined, onProgress: () => undefined, onIdle: () => undefined },
    },
    signal,
  );
  const files = () =>
    readdirSync(path).map((name) => resultsSchema.parse(JSON.parse(readFileSync(join(path, name), "utf8"))));
  return { evidence: () => lab.run(lesson ?? assert.fail()), files, path };
}

describe("a lesson's experiments", () => {
  test("have their blocks by turns where there is time, and all three are kept", async () => {
    const quiet = machine(1);
    const { evidence, files } = await labOn(quiet);
    const { short, trials, file } = await evidence();
    assert.equal(short, undefined);
    for (const id of EXPERIMENTS) assert.ok(existsSync(file?.(id) ?? ""), id);
    assert.equal(file?.("another"), undefined);
    assert.deepEqual(
      quiet.ran.map(({ block }) => block),
      [1, 1, 1, 2, 2, 2, 3, 3, 3],
    );
    assert.ok(quiet.ran.every(({ retry }) => retry));
    for (const id of EXPERIMENTS) assert.ok(typeof trials(id) !== "string", id);
    assert.deepEqual(
      files().map(({ blocks, finishedAt }) => [blocks, finishedAt !== undefined]),
      EXPERIMENTS.map(() => [3, true]),
    );
  });

  test("are not tried again where that would leave too little time, and then never", async () => {
    const slow = machine(2.4);
    const { short } = await (await labOn(slow)).evidence();
    assert.equal(short, undefined);
    const tried = slow.ran.map(({ retry }) => retry);
    assert.deepEqual([tried[0], tried.at(-1)], [true, false]);
    assert.deepEqual(tried, tried.toSorted().reverse());
  });

  test("begin no block that would end too late, and the learner is told which are missing", async () => {
    const slow = machine(4);
    const { evidence, files } = await labOn(slow);
    const { short, trials } = await evidence();
    assert.ok(slow.seconds() <= 240, `${slow.seconds()}`);
    assert.match(
      short ?? "",
      /for 4 minutes at most, .* of 3 blocks "3g" has [12], "slow feed" has [12] and "quick feed" has [12]\. .*"begin anew"/,
    );
    for (const id of EXPERIMENTS) assert.ok(typeof trials(id) !== "string", id);
    assert.ok(files().every(({ blocks, finishedAt }) => blocks < 3 && finishedAt !== undefined));
  });

  test("that had no time for a whole block say so, and nothing is read from half of one", async () => {
    const { evidence } = await labOn(machine(10));
    const { short, trials } = await evidence();
    assert.match(short ?? "", /"3g" has 1, "slow feed" has none and "quick feed" has none\./);
    assert.equal(trials("slow feed"), "a lesson measures for 4 minutes at most, and no time was left for it");
  });

  test("stay unfinished where the learner leaves between two blocks", async () => {
    const leave = new AbortController();
    const { evidence, files } = await labOn(machine(1, { inRun: 5, leave }), leave.signal);
    await assert.rejects(evidence(), Interrupted);
    assert.deepEqual(
      files()
        .map(({ blocks, finishedAt }) => [blocks, finishedAt])
        .toSorted(),
      [
        [1, undefined],
        [2, undefined],
        [2, undefined],
      ],
    );
  });

  test("that were whole before the learner left count, though no time is left to go on", async () => {
    const leave = new AbortController();
    const first = await labOn(machine(1, { inRun: 5, leave }), leave.signal);
    await assert.rejects(first.evidence(), Interrupted);
    const { evidence } = await labOn(machine(40), undefined, first.path);
    const { short, trials } = await evidence();
    assert.match(short ?? "", /"3g" has 1, "slow feed" has 1 and/);
    for (const id of ["3g", "slow feed"]) assert.ok(typeof trials(id) !== "string", id);
  });

  test("that break in their second block keep the first, with the reason; a full disk ends the lesson", async () => {
    const broken = machine(1, undefined, { inRun: 5, error: new Error("its server died") });
    const { short, trials } = await (await labOn(broken)).evidence();
    assert.equal(short, '"slow feed" ended after 1 block: its server died.');
    for (const id of EXPERIMENTS) assert.ok(typeof trials(id) !== "string", id);
    const full = machine(1, undefined, { inRun: 2, error: usage("can't write there") });
    await assert.rejects((await labOn(full)).evidence(), /can't write there/);
  });
});
