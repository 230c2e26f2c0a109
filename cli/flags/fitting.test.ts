import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { planBench } from "./bench-plan.ts";

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
});
