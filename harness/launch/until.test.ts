import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { type Launched, lookAt, lookIfDue, looksOf } from "./until.ts";

type Values = Readonly<Record<string, readonly number[]>>;

/** Launches with these medians; the CPU goes with them. */
function results(values: Values, most = 14): Parameters<typeof lookAt>[0] {
  const trials = Object.entries(values).flatMap(([transport, launches]) =>
    launches.map(
      (p50Us, block): Launched => ({
        transport,
        scenario: "notify",
        block,
        state: "completed",
        metrics: { sliced: { slices: 2, p50Us, cpuUsPerDelivery: p50Us } },
      }),
    ),
  );
  return {
    transports: Object.keys(values),
    trials,
    launches: {
      scenarios: [{ name: "notify", slices: 2, sliceSeconds: 0.5 }],
      leadInSeconds: 0.1,
      heartbeatSeconds: 1,
      silentShare: 0.02,
      until: { goal: "distinguished", budgetSeconds: 60, most, looks: [] },
    },
  };
}

describe("a look", () => {
  const near = { a: [100, 101, 100, 99], b: [200, 203, 199, 201], c: [201, 200, 202, 200] };

  test("counts pairs by latency and by CPU, and has reached its goal when each is different or equal", () => {
    assert.deepEqual(lookAt(results(near), { goal: "distinguished" }), { pairs: 6, open: 0 });
  });

  test("leaves a pair open that could be either, one that lacks launches and one within its A/A band", () => {
    const noisy = { ...near, c: [170, 240, 190, 230] };
    assert.ok(lookAt(results(noisy), { goal: "distinguished" }).open > 0);
    assert.equal(lookAt(results({ ...near, d: [400, 401] }), { goal: "distinguished" }).open, 6);
    const control = { a: [100, 101, 100, 99], "a#2": [240, 241, 239, 240], b: [200, 203, 199, 201] };
    assert.deepEqual(lookAt(results(control), { goal: "distinguished" }), { pairs: 2, open: 2 });
  });

  test("does not wait for a transport that reports will not rank: saturated once, or never there", () => {
    const few = results({ ...near, d: [400, 401] });
    const become = (state: Launched["state"], which: (one: Launched) => boolean) => ({
      ...few,
      trials: few.trials.map((one) => (which(one) ? { ...one, state } : one)),
    });
    const told = { pairs: 6, open: 0 };
    const saturated = become("saturated", ({ transport, block }) => transport === "d" && block === 0);
    assert.deepEqual(lookAt(saturated, { goal: "distinguished" }), told);
    const failed = become("failed", ({ transport }) => transport === "d");
    assert.deepEqual(lookAt(failed, { goal: "distinguished" }), told);
    assert.equal(
      lookAt(
        become("failed", ({ transport, block }) => transport === "d" && block === 0),
        { goal: "distinguished" },
      ).open,
      6,
    );
  });

  test("asks for narrow intervals where the goal is a share", () => {
    assert.equal(lookAt(results(near), { goal: 0.2 }).open, 0);
    assert.ok(lookAt(results(near), { goal: 0.001 }).open > 0);
  });

  test("is stricter the less of the level is left: the same data say less among fourteen launches than at the end of four", () => {
    const border = { a: [100, 104, 97, 101], b: [113, 109, 114, 112] };
    const [alone, early] = [4, 400].map(
      (most) => lookAt(results(border, most), { goal: "distinguished" }).open,
    );
    assert.deepEqual([alone, (early ?? 0) > 0], [0, true]);
  });
});

describe("after a launch", () => {
  const until = { goal: "distinguished" as const, budgetSeconds: 60 };
  const of = (launches: number, apart = true) => {
    const row = (value: number) => Array.from({ length: launches }, (_, at) => value + (at % 2));
    return results({
      a: row(100),
      b: apart ? row(200) : Array.from({ length: launches }, (_, at) => 80 + 70 * (at % 2)),
    });
  };

  test("the run looks at its data where that was fixed beforehand, and nowhere else", () => {
    for (const launches of [1, 2, 3, 5, 6, 8, 9, 11, 12, 13])
      assert.equal(lookIfDue(of(launches), until, 10), undefined, `${launches}`);
    assert.deepEqual(lookIfDue(of(4), until, 10)?.looks, [4]);
  });

  test("it goes on where pairs are open, and ends when none is, after the last launch and when the time is over", () => {
    const open = lookIfDue(of(7, false), until, 10);
    assert.deepEqual([open?.ended, open?.looks, (open?.open ?? 0) > 0], [undefined, [7], true]);
    assert.equal(lookIfDue(of(7), until, 10)?.ended, "reached");
    assert.equal(lookIfDue(of(14, false), until, 10)?.ended, "launches");
    const late = lookIfDue(of(5, false), until, 61);
    assert.deepEqual([late?.ended, late?.looks], ["budget", [5]]);
  });

  test("it ends where nobody is left to compare, once there are enough launches", () => {
    const alone = results({ a: [100, 101, 100, 99] });
    assert.deepEqual(
      [lookIfDue(alone, until, 10)?.ended, lookIfDue(alone, until, 10)?.pairs],
      ["launches", 0],
    );
  });

  test("blocks of what is measured in one piece beside them are no launches", () => {
    const { trials, ...rest } = of(5);
    const idle = trials.map((one) => ({ ...one, scenario: "idle", block: one.block + 2 }));
    const beside = { ...rest, trials: [...trials.filter(({ block }) => block < 4), ...idle] };
    assert.deepEqual(lookIfDue(beside, until, 10), lookIfDue(of(4), until, 10));
  });
});

test("looks come after the numbers of launches fixed for all runs, and after the last", () => {
  assert.deepEqual(looksOf(14), [4, 7, 10, 14]);
  assert.deepEqual(looksOf(8), [4, 7, 8]);
  assert.deepEqual(looksOf(3), [3]);
});
