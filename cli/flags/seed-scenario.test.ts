import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { excerptOf } from "../../harness/launch/excerpt.ts";
import { sliceSeed } from "../../harness/launch/launch-spec.ts";
import { sliceMsOf, slicesOf } from "../../harness/launch/slicing.ts";
import { planSeed } from "../../harness/run/queue.ts";
import { METRICS } from "../../reports/metrics/catalogue.ts";
import { schedule } from "../../scenarios/schedule.ts";
import { planBench } from "./bench-plan.ts";

/** Publishes of a transport in the fewest launches that a default run has. */
function publishesWith(seed: string): number {
  const { scenarios, fitting, seed: chosen } = planBench({ scenarios: "seed", seed });
  const [scenario] = scenarios;
  assert.ok(scenario && fitting);
  const { name, params } = scenario;
  let publishes = 0;
  for (let launch = 0; launch < fitting.least; launch += 1) {
    const plan = scenario.plan(planSeed(chosen, launch));
    const spec = {
      ...{ launch, transports: [], seed: chosen, loadProcesses: 1, gates: "void" as const },
      scenarios: [{ name, params, plan }],
    };
    for (let round = 0; round < slicesOf(plan); round += 1) {
      const turn = { transport: "", scenario: 0, round, attempt: 1 };
      const slice = excerptOf(plan, { seed: sliceSeed(spec, turn), lengthMs: sliceMsOf(plan) });
      publishes += [...schedule(slice, "measure")].length;
    }
  }
  return publishes;
}

describe("the service of the guide", () => {
  test("is measured with its numbers: 500 connected, 10 notifications a minute each, 1,000 characters, read receipts", () => {
    const [scenario] = planBench({ scenarios: "seed" }).scenarios;
    const plan = scenario?.plan(1);
    assert.ok(plan);
    assert.deepEqual(plan.groups, [{ name: "user", users: 500, follows: ["own"], marksRead: true }]);
    const [traffic, ...more] = plan.traffic;
    assert.ok(traffic && more.length === 0);
    assert.ok(Math.abs(traffic.ratePerSecond - (500 * 10) / 60) < 0.05, `${traffic.ratePerSecond}`);
    assert.equal(traffic.payloadCharacters, 1_000);
  });

  test.each(["1", "2", "3", "20261130"])("has the publishes that a p99 needs with --seed %s", (seed) => {
    assert.ok(publishesWith(seed) >= (METRICS.deliveryP99.support?.needs ?? Number.NaN));
  });
});
