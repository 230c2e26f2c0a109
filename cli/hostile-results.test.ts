import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, test } from "vitest";
import { resultsSchema, type Trial } from "../harness/result/result.ts";
import { hostileHistograms } from "../harness/result/schema/hostile-histograms.test-fixture.ts";
import { main, runNotifLab } from "./process.test-fixture.ts";

/** What a run wrote, with faults, time lines, journeys and anatomies. */
const real = resultsSchema.parse(
  JSON.parse(
    gunzipSync(
      readFileSync(new URL("../test/browser/quick-run.results.json.gz", import.meta.url)),
    ).toString(),
  ),
);

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "notif-lab-hostile-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** `npm test` has one case of each kind; the full set has all. */
const inShort = (named: boolean) => (named ? [] : ["full"]);

const put = (document: unknown) => writeFileSync(join(folder, "results.json"), JSON.stringify(document));

/** Within this process, which takes a tenth of the time. */
async function notifLabHere(document: unknown, ...words: string[]) {
  put(document);
  const { code, out, err } = await runNotifLab(words, folder);
  return { status: code, stdout: out, stderr: err };
}

/** Ends a command that hangs. */
function notifLab(document: unknown, ...words: string[]) {
  put(document);
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...words], {
    cwd: folder,
    encoding: "utf8",
    timeout: 60_000,
    killSignal: "SIGKILL",
  });
  return { status, stdout, stderr };
}

const changed = (change: (trial: Trial) => object) => ({
  ...real,
  trials: real.trials.map((trial) => ({ ...trial, ...change(trial) })),
});

describe("a results file whose numbers would size a loop or a list is refused in one line, at once", () => {
  const withHistogram = (histogram: string) =>
    changed(({ metrics }) =>
      metrics?.deliveryLatencyUs
        ? { metrics: { ...metrics, deliveryLatencyUs: { ...metrics.deliveryLatencyUs, histogram } } }
        : {},
    );
  const { plans } = real;
  const [hash = "", plan] = Object.entries(plans)[0] ?? [];
  const withPlan = (change: object) => ({ ...real, plans: { ...plans, [hash]: { ...plan, ...change } } });
  const cases: [string, object, RegExp][] = [
    ...Object.entries(hostileHistograms()).map(([what, histogram]): [string, object, RegExp] => [
      `histogram: ${what}`,
      withHistogram(histogram),
      /deliveryLatencyUs\.histogram/,
    ]),
    ["a block of 4e9", changed(() => ({ block: 4e9 })), /trials\[0\]\.block/],
    ["blocks", { ...real, blocks: 4e9 }, /damaged at blocks/],
    ["no blocks", { ...real, blocks: 0 }, /damaged at blocks/],
    ["load processes", { ...real, loadProcesses: 100_000 }, /damaged at loadProcesses/],
    ["a seed", { ...real, seed: Number.MAX_SAFE_INTEGER }, /damaged at seed/],
    ["transports", { ...real, transports: Array(1e6).fill("tcp") }, /damaged at transports/],
    ["a plan of a thousand years", withPlan({ phases: { ...plan?.phases, measureMs: 3e13 } }), /measureMs/],
    ["a plan of too many users", withPlan({ groups: Array(1_000).fill(plan?.groups[0]) }), /more than 40000/],
  ];
  const short = [cases[0]?.[0], "a block of 4e9"];
  for (const [what, document, message] of cases)
    test(what, { timeout: 90_000, tags: inShort(short.includes(what)) }, async () => {
      const run = what === "a block of 4e9" ? notifLabHere : notifLab;
      const { status, stdout, stderr } = await run(document, "report", "results.json", "--format", "all");
      assert.deepEqual([status, stdout], [2, ""]);
      assert.match(stderr, /^notif-lab: results\.json is damaged at [^\n]+\n$/);
      assert.match(stderr, message);
    });
});

describe("--resume", () => {
  for (const [name, value] of [
    ["connections", 1e9],
    ["duration", 1e12],
    ["rate", 1e300],
  ] as const) {
    const tags = inShort(name === "connections");
    test(`does not take ${name} of ${value} from a file, which no flag may be`, {
      timeout: 90_000,
      tags,
    }, async () => {
      const scenarios = real.scenarios.map((one) => ({ ...one, params: { ...one.params, [name]: value } }));
      const { status, stderr } = await notifLabHere({ ...real, scenarios }, "bench", "--resume", ".");
      assert.equal(status, 2);
      assert.match(stderr, new RegExp(`^notif-lab: the run's ${name} of [^\\n]+ is not from [^\\n]+\\n$`));
    });
  }

  test("does not begin more trials than a run may have", { timeout: 90_000 }, async () => {
    const [one] = real.scenarios;
    const scenarios = Array(100).fill(one);
    const document = { ...real, scenarios, blocks: 1_000, transports: Array(100).fill("tcp") };
    const { status, stderr } = await notifLabHere(document, "bench", "--resume", ".");
    assert.equal(status, 2);
    assert.match(
      stderr,
      /^notif-lab: 100 transports on 100 scenarios in 1000 blocks make 10000000 trials[^\n]+\n$/,
    );
  });
});

/** The value with every number in it replaced. */
function withNumbers(value: unknown, number: number): unknown {
  if (typeof value === "number") return number;
  if (Array.isArray(value)) return value.map((one) => withNumbers(one, number));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, withNumbers(one, number)]));
}

/** The document with what stands at the place in the other one. */
function restored(document: unknown, other: unknown, [key, ...path]: readonly PropertyKey[]): unknown {
  if (key === undefined || !isRecord(document) || !isRecord(other)) return other;
  const one = restored(document[key], other[key], path);
  return Array.isArray(document) ? document.with(Number(key), one) : { ...document, [key]: one };
}

const isRecord = (value: unknown): value is Record<PropertyKey, unknown> =>
  typeof value === "object" && value !== null;

function countOf(value: unknown, number: number): number {
  if (!isRecord(value)) return value === number ? 1 : 0;
  return Object.values(value).reduce<number>((sum, one) => sum + countOf(one, number), 0);
}

/** The document with as many numbers as the schema lets through replaced by one: what it objects to is put back. */
function extremeDocument(extreme: number): unknown {
  // Of each kind of trial one, so that there is something to every section.
  const original = { ...real, trials: real.trials.slice(0, 12) };
  let document = withNumbers(original, extreme);
  for (;;) {
    const { error } = resultsSchema.safeParse(document);
    if (!error) return document;
    for (const { path } of error.issues) document = restored(document, original, path);
  }
}

describe("every number at once at the most, or the least, that the schema lets through", () => {
  for (const extreme of [Number.MAX_SAFE_INTEGER, 1e308, 5e-324, 0])
    test(`${extreme} is rendered in every format`, {
      timeout: 90_000,
      tags: inShort(extreme === 1e308),
    }, async () => {
      const document = extremeDocument(extreme);
      const count = countOf(document, extreme);
      assert.ok(count > 100, `${count}`);
      const { status, stderr } = await notifLabHere(document, "report", "results.json", "--format", "all");
      assert.deepEqual([status, stderr], [0, ""]);
    });
});
