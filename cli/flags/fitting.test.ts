import assert from "node:assert/strict";
import { describe, test } from "vitest";
import type { Results } from "../../harness/result/result.ts";
import { resultsOf } from "../../reports/model/results.test-fixture.ts";
import { planBench } from "./bench-plan.ts";
import { planResumed } from "./resumed-plan.ts";

const two = { transports: "tcp,websocket" };

describe("how many launches a run has", () => {
  test("as many as fit into the time of a default or a rigorous run", () => {
    const { blocks, fitting } = planBench(two);
    assert.deepEqual([blocks, fitting], [6, { least: 4, seconds: 145 }]);
    const rigorous = planBench({ ...two, rigorous: true });
    assert.ok((rigorous.fitting?.seconds ?? Number.NaN) < 900);
    assert.ok(rigorous.blocks > 12);
  });

  test.each<[Parameters<typeof planBench>[0], number]>([
    [{ launches: "5" }, 5],
    [{ blocks: "3" }, 3],
    [{ quick: true }, 1],
    [{ until: "distinguished" }, 14],
    [{ scenarios: "notify,idle" }, 4],
    [{ scenarios: "notify,idle", rigorous: true }, 12],
    [{ interleave: false }, 1],
  ])("a fixed number with %o", (flags, launches) => {
    const { blocks, fitting } = planBench({ ...two, ...flags });
    assert.deepEqual([blocks, fitting], [launches, undefined]);
  });

  test("one that goes on has the time and the most of its plan again; one that had ended has no more", () => {
    const fitting = { least: 4, most: 6, seconds: 145 };
    const { finishedAt, ...rest } = resultsOf();
    const results: Results = {
      ...{ ...rest, blocks: 5 },
      launches: {
        ...{ scenarios: [], leadInSeconds: 0.1, heartbeatSeconds: 3_600, silentShare: 0.02 },
        fitting,
      },
    };
    const interrupted = planResumed({}, results);
    assert.deepEqual([interrupted.blocks, interrupted.fitting], [6, { least: 4, seconds: 145 }]);
    assert.ok(finishedAt);
    assert.equal(planResumed({}, { ...results, finishedAt }).blocks, 5);
  });
});
