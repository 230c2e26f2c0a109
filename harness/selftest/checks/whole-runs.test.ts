import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { agreementOf } from "../../statistics/agreement.ts";
import { notifyPlan } from "../trials.ts";
import { aaPlan, concludedRuns, mostErrors } from "./aa-plan.ts";
import { concluded, together } from "./slices.ts";

const found = (sliced: readonly number[], whole: readonly number[]) => ({
  name: "sse, CPU",
  agreement: agreementOf(
    sliced.map((value, round) => [value, whole[round] ?? Number.NaN]),
    0.05,
  ),
});
const quiet = [100, 100.5, 99.8, 100.2];

describe("slices against trials in one piece", () => {
  test("agree, differ or can't be told, by where the interval lies", () => {
    const same = found(quiet, [100.1, 99.9, 100.4, 100]);
    assert.equal(concluded([same]).verdict, "pass");
    const other = found([120, 120.5, 119.8, 120.2], quiet);
    assert.equal(concluded([same, other]).verdict, "fail");
    const loud = found([80, 120, 100, 95], [110, 90, 85, 125]);
    assert.equal(concluded([same, loud]).verdict, "not possible");
    assert.equal(concluded([same, { name: "grpc, CPU", agreement: undefined }]).verdict, "not possible");
    assert.equal(concluded([]).verdict, "not possible");
  });

  test("are told of all transports together, too, in the rounds in which each is valid", () => {
    const rounds = together([
      [[1, 4], undefined, [2, 8]],
      [
        [4, 1],
        [5, 5],
        [8, 2],
      ],
    ]);
    assert.deepEqual(rounds, [[2, 2], undefined, [4, 4]]);
  });
});

describe("family errors of whole runs", () => {
  test("as many are allowed as a sound instrument has, nine in a hundred", () => {
    assert.deepEqual([1, 2, 30, 100].map(mostErrors), [1, 1, 4, 9]);
  });

  const whole = (apart: boolean, apartByModel = apart) => ({
    apart,
    apartByModel,
    tests: 4,
    halfWidths: [0.1],
  });

  test("more errors than that fail, and runs that can't be judged are none", () => {
    assert.equal(concludedRuns([whole(false), whole(true)], 2).verdict, "pass");
    assert.equal(concludedRuns([whole(true), whole(true)], 2).verdict, "fail");
    assert.equal(concludedRuns([whole(false, true), whole(false, true)], 2).verdict, "fail");
    assert.equal(concludedRuns([{ ...whole(false), tests: 0 }], 1).verdict, "not possible");
  });

  test("fewer than were asked for are told as such, and judged all the same", () => {
    const finding = concludedRuns([whole(false), whole(false)], 30);
    assert.equal(finding.verdict, "pass");
    assert.match(
      finding.verdict === "pass" ? finding.measured : "",
      /^interrupted after 2 of 30 runs; 0 of 2 runs told the copies apart/,
    );
  });

  test("without a transport there is nothing to name twice", async () => {
    const finding = await aaPlan.run({
      seed: 1,
      plans: [],
      plan: { transports: [], scenarios: [], launches: 1, loadProcesses: 1 },
      runs: 1,
      signal: new AbortController().signal,
      report: () => undefined,
    });
    assert.deepEqual(finding, {
      verdict: "not possible",
      reason: "there is no transport to name twice",
    });
  });

  test("an interruption leaves what the runs before it say", { tags: ["full"] }, async () => {
    const ending = new AbortController();
    const scenario = {
      name: "selftest",
      summary: "10 users who notify one another",
      params: {},
      plan: (seed: number) =>
        notifyPlan({ seed, users: 10, ratePerSecond: 100, warmupMs: 100, measureMs: 500 }),
    };
    const finding = await aaPlan.run({
      seed: 1,
      plans: [],
      plan: { transports: [{ name: "tcp" }], scenarios: [scenario], launches: 1, loadProcesses: 1 },
      runs: 5,
      signal: ending.signal,
      report: (doing) => {
        if (doing.startsWith("run 2 of 5")) ending.abort(new Error("interrupted"));
      },
    });
    assert.match(
      finding.verdict === "not possible" ? finding.reason : finding.measured,
      /^interrupted after 1 of 5 runs; /,
    );
  });
});
