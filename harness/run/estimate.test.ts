import { expect, test } from "vitest";
import { resultsOf } from "../../reports/model/results.test-fixture.ts";
import { defaultScenarios } from "../../scenarios/registry.ts";
import { defaultTransports } from "../../transports/registry.ts";
import { estimate } from "./estimate.ts";
import { newQueue } from "./queue.ts";

const params = { connections: 100, rate: 20, payload: 256, duration: 5, warmup: 1 };
const scenarios = defaultScenarios.map((scenario) => ({
  ...scenario,
  params,
  plan: (seed: number) => scenario.plan(params, seed),
}));
const quick = { ...resultsOf(), preset: "quick" } as const;
const left = (count: number, estimated: number, actual: number) =>
  estimate(
    newQueue({ transports: defaultTransports, scenarios, blocks: 1, seed: 1 }).slice(0, count),
    quick,
    1,
    {
      estimated,
      actual,
    },
  );

test("one slow trial leaves the time left about where it was; it takes many to correct it", () => {
  const before = left(8, 0, 0);
  expect(left(7, 9, 14)).toBeLessThan(before);
  expect(left(7, 900, 1_400)).toBeGreaterThan(1.4 * left(7, 0, 0));
  expect(left(0, 9, 14)).toBe(0);
});
