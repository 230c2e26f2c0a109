import { expect, test } from "vitest";
import { comparePaired } from "../../harness/statistics/paired.ts";
import { type MetricKey, mapMetrics } from "../metrics/catalogue.ts";
import { JUDGED_TOGETHER, judgeTwins } from "./controls.ts";
import type { AaPair, MetricVerdicts, Verdicts } from "./verdicts.ts";

/** Ten blocks whose ln(a/b) these are, of a pair judged alone. */
function pairOf(...differences: readonly number[]): AaPair {
  const comparison = comparePaired(
    differences.map(Math.exp),
    differences.map(() => 1),
  );
  if (!comparison) throw new Error("no comparison");
  return { a: "sse", b: "sse#2", comparison, band: 0.1, tests: 1, verdict: "different" };
}

/** All ten up: p = 2/1,024. */
const CLEAR = pairOf(0.1, 0.12, 0.11, 0.09, 0.13, 0.1, 0.12, 0.11, 0.09, 0.13);
/** Two of ten down. */
const EDGE = pairOf(0.3, 0.2, 0.25, 0.1, 0.15, 0.12, 0.22, -0.1, -0.12, 0.05);
const NONE = pairOf(0.01, -0.01, 0.02, -0.02, 0.01, -0.01, 0.02, -0.02, 0.01, -0.01);

function verdictsOf(pairs: Partial<Record<MetricKey, AaPair>>): Verdicts {
  const of = (key: MetricKey): MetricVerdicts => {
    const pair = pairs[key];
    return { margin: 0.05, aaPairs: pair ? [pair] : [], pairs: [], ranks: new Map() };
  };
  return mapMetrics((_metric, key) => of(key));
}

const told = (scenarios: readonly Verdicts[], key: MetricKey) =>
  judgeTwins(scenarios).map((verdicts) =>
    verdicts[key].aaPairs.map(({ verdict, tests }) => [verdict, tests]),
  );

test("the fixture's pair on the edge is different alone", () => {
  expect(EDGE.comparison.p).toBeLessThan(0.05);
  expect(EDGE.comparison.p).toBeGreaterThan(0.02);
  expect(EDGE.comparison.interval95.low).toBeGreaterThan(1);
  expect(told([verdictsOf({ cpu: EDGE })], "cpu")).toEqual([[["different", 1]]]);
});

test("beside other tests of the run a chance of one in twenty is no difference, and a clear one still is", () => {
  const scenarios = [
    verdictsOf({ deliveryP50: NONE, cpu: EDGE, rss: NONE, bytes: NONE }),
    verdictsOf({ deliveryP50: CLEAR, cpu: NONE, rss: NONE, bytes: NONE }),
  ];
  expect(told(scenarios, "cpu")).toEqual([[["inconclusive", 8]], [["tie", 8]]]);
  expect(told(scenarios, "deliveryP50")).toEqual([[["tie", 8]], [["different", 8]]]);
});

test("metrics beside the four stay as they were judged, alone", () => {
  expect(JUDGED_TOGETHER).not.toContain("deliveryP99");
  const scenarios = [verdictsOf({ deliveryP50: NONE, cpu: NONE, deliveryP99: EDGE })];
  expect(told(scenarios, "deliveryP99")).toEqual([[["different", 1]]]);
});

test("with more tests than the blocks leave room for, each scenario is a family, so that a clear difference shows", () => {
  const scenarios = Array.from({ length: 7 }, () =>
    verdictsOf({ deliveryP50: CLEAR, cpu: NONE, rss: NONE, bytes: NONE }),
  );
  expect(told(scenarios, "deliveryP50")).toEqual(Array.from({ length: 7 }, () => [["different", 4]]));
  expect(told(scenarios.slice(0, 6), "deliveryP50")[0]).toEqual([["different", 24]]);
});
