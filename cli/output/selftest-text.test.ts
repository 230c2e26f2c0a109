import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { checks } from "../../harness/selftest/registry.ts";
import { type Outcome, type Selftest, selftestSchema } from "../../harness/selftest/result.ts";
import { runChecks } from "../../harness/selftest/run-checks.ts";
import { outcomeLine, renderSelftest } from "./selftest-text.ts";

const plan = { transports: [], scenarios: [], launches: 1, loadProcesses: 1 };

const silent = { onStart: () => undefined, onDoing: () => undefined, onOutcome: () => undefined };
const signal = new AbortController().signal;

async function selftestOf(outcomes: Outcome[]): Promise<Selftest> {
  const empty = await runChecks(
    { checks: [], seed: 7, plans: [], plan, runs: 1, packages: [] },
    silent,
    signal,
  );
  return selftestSchema.parse({ ...empty, checks: outcomes });
}

const passed: Outcome = {
  name: "example",
  proves: "a delay shows",
  target: "p50 moves by 20 to 21 ms",
  timed: true,
  verdict: "pass",
  measured: "20.31 ms (0.21 to 20.52)",
  figures: { movedUs: 20_310 },
  seconds: 9.3,
};

describe("the table of a self-test", () => {
  test("fits 80 columns with every check there is, and says what failed and why", async () => {
    const { measured: _, ...broken } = { ...passed, name: "overload" };
    const text = renderSelftest(
      await selftestOf([
        ...checks.map(({ name, proves, target, timed }) => ({ ...passed, name, proves, target, timed })),
        passed,
        { ...passed, name: "stall", verdict: "fail", measured: "x".repeat(30) },
        { ...broken, verdict: "not possible", reason: "it needs ss, of iproute2" },
      ]),
      { color: false },
    );
    for (const line of text.split("\n")) assert.ok(line.length <= 80, `${line.length}: ${line}`);
    assert.match(text, /^check +verdict +s measured +target$/m);
    assert.match(text, /^example +pass +9\.3 20\.31 ms \(0\.21 to 20\.52\) +p50 moves by 20 to 21 ms$/m);
    assert.match(text, /^! overload: it needs ss, of iproute2$/m);
    const flat = text.replaceAll("\n", " ");
    assert.match(flat, /failed: stall; not possible here: overload/);
    assert.ok(!text.includes("\u001b"));
  });

  test("says when it was interrupted", async () => {
    const { finishedAt: _, ...rest } = await selftestOf([passed]);
    assert.match(renderSelftest(rest, { color: false }), /interrupted before the end/);
  });

  test("tells one outcome on one line, whatever its reason looks like", () => {
    assert.equal(outcomeLine(passed), "pass: 20.31 ms (0.21 to 20.52) (9.30 s)");
    const { measured: _, ...bare } = passed;
    assert.equal(
      outcomeLine({ ...bare, verdict: "fail", reason: "a\u001b[2J\nb" }),
      "fail: a [2J b (9.30 s)",
    );
  });
});

describe("running checks", () => {
  const check = (name: string, run: (typeof checks)[number]["run"]) => ({
    name,
    proves: "something",
    target: "something",
    timed: false,
    run,
  });

  test("a check that breaks off has failed, with its reason, and the others run", async () => {
    const result = await runChecks(
      {
        checks: [
          check("breaks", async () => Promise.reject(new Error(`it broke: ${"x".repeat(1_000)}`))),
          check("absent", async () => ({ verdict: "not possible", reason: "no such thing" })),
          check("fine", async () => ({ verdict: "pass", measured: "1", figures: { one: 1 } })),
        ],
        seed: 1,
        plans: [],
        plan,
        runs: 1,
        packages: [],
      },
      silent,
      signal,
    );
    assert.deepEqual(selftestSchema.parse(result), result);
    assert.deepEqual(
      result.checks.map(({ verdict }) => verdict),
      ["fail", "not possible", "pass"],
    );
    assert.match(result.checks[0]?.reason ?? "", /^it broke: x+\.\.\.$/);
    assert.ok(result.finishedAt);
  });

  test("an interruption ends the run without a verdict on what was under way", async () => {
    const controller = new AbortController();
    const result = await runChecks(
      {
        checks: [
          check("fine", async () => ({ verdict: "pass", measured: "1", figures: {} })),
          check("interrupted", async () => {
            controller.abort(new Error("interrupted"));
            throw controller.signal.reason;
          }),
          check("never", async () => ({ verdict: "pass", measured: "1", figures: {} })),
        ],
        seed: 1,
        plans: [],
        plan,
        runs: 1,
        packages: [],
      },
      silent,
      controller.signal,
    );
    assert.deepEqual(
      result.checks.map(({ name }) => name),
      ["fine"],
    );
    assert.equal(result.finishedAt, undefined);
  });
});
