import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { planBench } from "./bench-plan.ts";
import { groupsOf } from "./memory.ts";

const two = { transports: "websocket,sse" };
const controlOf = (flags: Parameters<typeof planBench>[0]) => planBench(flags).control?.name;

describe("the control", () => {
  test("is sliced into launches enough for a verdict, beside transports that it is not one of", () => {
    assert.equal(controlOf(two), "tcp");
    assert.equal(controlOf({ ...two, rigorous: true }), "tcp");
    assert.equal(controlOf({ ...two, launches: "3" }), "tcp");
  });

  test.each<[string, Parameters<typeof planBench>[0]]>([
    ["it is left out", { control: false }],
    ["the run is quick", { quick: true }],
    ["there are fewer than three launches", { launches: "2" }],
    ["nothing is measured in slices", { scenarios: "idle" }],
    ["each trial is in one piece", { interleave: false }],
    ["it is compared itself", { transports: "tcp,sse" }],
  ])("there is none where %s", (_, flags) => {
    assert.equal(controlOf({ ...two, ...flags }), undefined);
  });

  test("its processes need memory like any other's", () => {
    const [plan, alone] = [planBench(two), planBench({ ...two, control: false })];
    const room = 300e6 + 3 * 120e6 + 3 * 250e6;
    assert.ok(groupsOf(plan, room).groups >= groupsOf(alone, room).groups);
    assert.match(groupsOf(plan, room).line ?? "", /^3 transports at once/);
  });
});
