import { expect, test } from "vitest";
import type { Results } from "../../harness/result/result.ts";
import { CONTROL_FAMILY } from "./controls.ts";
import { metricsOf, resultsOf } from "./results.test-fixture.ts";
import { summarize } from "./summary.ts";

/** Six launches of a transport under two names; the control's CPU is farther up than chance alone has it once in twenty. */
const EDGE = [0.3, 0.2, 0.25, -0.06, 0.15, 0.02];
const NONE = [0.01, -0.01, 0.02, -0.02, 0.01, -0.01];

function runOf(scenarios: readonly string[], shift = 0): Results {
  return resultsOf({
    transports: ["sse", "sse#2"],
    scenarios,
    blocks: 6,
    trial: (trial) => {
      const isControl = trial.transport === "sse#2";
      const noise = Math.exp(isControl ? (NONE[trial.block] ?? 0) : 0);
      const metrics = metricsOf(noise);
      const cpu = 90 * Math.exp(isControl ? (EDGE[trial.block] ?? 0) + shift : 0);
      return { ...trial, metrics: { ...metrics, serverCpuUsPerDelivery: cpu } };
    },
  });
}

const aaVerdicts = (results: Results) =>
  summarize(results).map(({ verdicts }) =>
    verdicts.cpu.aaPairs.map(({ verdict, tests }) => [verdict, tests] as const),
  );

test("beside the run's other tests a chance of one in twenty is no difference, and a clear one still is", () => {
  expect(CONTROL_FAMILY).toHaveLength(4);
  expect(aaVerdicts(runOf(["notify"]))).toEqual([[["inconclusive", 4]]]);
  expect(aaVerdicts(runOf(["notify", "fan-out"], 1))).toEqual([[["different", 8]], [["different", 8]]]);
});

test("metrics beside the four are tested alone", () => {
  expect(CONTROL_FAMILY).not.toContain("cpuUser");
  const [scenario] = summarize(runOf(["notify", "fan-out"]));
  expect(scenario?.verdicts.cpuUser.aaPairs).toMatchObject([{ tests: 1 }]);
});

test("the band is how far the transport was from itself, and says nothing of what is equal", () => {
  const [scenario] = summarize(runOf(["notify"], 1));
  const mean = EDGE.reduce((sum, one) => sum + one, 0) / EDGE.length + 1;
  expect(scenario?.verdicts.cpu.aaBand).toBeCloseTo(Math.expm1(mean), 6);
});
