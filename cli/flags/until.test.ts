import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { planBench } from "./bench-plan.ts";

const two = { transports: "websocket,sse" };

describe("--until", () => {
  test("names a goal, has fourteen launches at the most and a quarter of an hour unless told otherwise", () => {
    const { until, blocks } = planBench({ ...two, until: "distinguished" });
    assert.deepEqual(until, { goal: "distinguished", budgetSeconds: 900 });
    assert.equal(blocks, 14);
    assert.deepEqual(planBench({ ...two, until: "told" }).until, until);
    const own = planBench({ ...two, until: "2.5 %", budget: "3", launches: "8" });
    assert.deepEqual(own.until, { goal: 0.025, budgetSeconds: 180 });
    assert.equal(own.blocks, 8);
    assert.equal(planBench(two).until, undefined);
  });

  test.each<[Parameters<typeof planBench>[0], RegExp]>([
    [{ until: "soon" }, /--until takes distinguished, or a percentage such as 5%, not "soon"/],
    [{ until: "0%" }, /--until/],
    [{ until: "5%", budget: "0" }, /--budget/],
    [{ budget: "5" }, /--budget only works with --until/],
    [{ until: "5%", quick: true }, /--quick is one launch/],
    [{ until: "5%", interleave: false }, /nothing here is measured in slices/],
    [{ until: "5%", scenarios: "idle" }, /nothing here is measured in slices/],
    [{ until: "5%", scenarios: "notify,idle" }, /leave out what is measured in one piece: idle$/],
  ])("%j is refused in one line", (flags, message) => {
    assert.throws(() => planBench({ ...two, ...flags }), { message });
  });
});
