import { expect, test } from "vitest";
import { observations } from "../prose/sentences.ts";
import { verdictSentence } from "../prose/verdict-words.ts";
import { observedOf } from "./cell.ts";
import { metricsOf, resultsOf, unwell } from "./results.test-fixture.ts";
import { type ScenarioSummary, summarize } from "./summary.ts";
import { areAllEqual, verdictsOfPairs } from "./verdicts.ts";

type Shape = NonNullable<Parameters<typeof resultsOf>[0]>;

/** Ten small noises that add up to nothing; a transport takes them turned by its own number, so that pairs differ block by block. */
const NOISE = [0.02, -0.01, 0.015, -0.02, 0.005, -0.015, 0.01, -0.005, 0.012, -0.012];

/** Transports that are by these factors above one another, with noise of the given size (1 is about 1 %). */
function scenarioOf(factors: Record<string, number>, size = 0.5, shape: Shape = {}): ScenarioSummary {
  const names = Object.keys(factors);
  const results = resultsOf({
    blocks: 10,
    transports: names,
    ...shape,
    trial: (trial) => {
      const noise = NOISE[(trial.block + 3 * names.indexOf(trial.transport)) % 10] ?? 0;
      const metrics = metricsOf((factors[trial.transport] ?? 1) * Math.exp(noise * size));
      const measured = { ...trial, metrics };
      return shape.trial ? shape.trial(measured) : measured;
    },
  });
  const [scenario] = summarize(results);
  if (!scenario) throw new Error("the fixture has no scenario");
  return scenario;
}

const p50 = (scenario: ScenarioSummary) => scenario.verdicts.deliveryP50;
const verdictsBy = (scenario: ScenarioSummary) =>
  Object.fromEntries(p50(scenario).pairs.map(({ a, b, verdict }) => [`${a} ${b}`, verdict]));
const sentenceOf = (scenario: ScenarioSummary) => verdictSentence(scenario, "deliveryP50", { whole: true });

test("pairs are tested each against each, and ranks follow", () => {
  const scenario = scenarioOf({ websocket: 1, grpc: 1.01, sse: 1.3 });
  expect(verdictsBy(scenario)).toEqual({
    "websocket grpc": "practically equal",
    "websocket sse": "different",
    "grpc sse": "different",
  });
  expect(Object.fromEntries(p50(scenario).ranks)).toEqual({
    websocket: { best: 1, worst: 2 },
    grpc: { best: 1, worst: 2 },
    sse: { best: 3, worst: 3 },
  });
  expect(p50(scenario).pairs[1]).toMatchObject({ estimate: { launches: 10 } });
});

test("three launches have a verdict, with their effect and interval; two have no verdict and no rank", () => {
  const three = scenarioOf({ websocket: 1, sse: 1.3 }, 0.5, { blocks: 3 });
  expect(p50(three).pairs).toMatchObject([
    { verdict: "different", estimate: { ratio: expect.closeTo(1 / 1.3, 1), launches: 3 } },
  ]);
  const two = scenarioOf({ websocket: 1, sse: 1.3 }, 0.5, { blocks: 2 });
  expect(p50(two)).toMatchObject({ pairs: [] });
  expect(p50(two).ranks.size).toBe(0);
  expect(sentenceOf(two)).toBeUndefined();
});

test("A like B, B like C and A unlike C keeps A and C apart, and nobody is first", () => {
  const scenario = scenarioOf({ a: 1, b: 1.035, c: 1.07 }, 0.1);
  expect(verdictsBy(scenario)).toEqual({
    "a b": "practically equal",
    "a c": "different",
    "b c": "practically equal",
  });
  expect(Object.fromEntries(p50(scenario).ranks)).toEqual({
    a: { best: 1, worst: 2 },
    b: { best: 1, worst: 3 },
    c: { best: 2, worst: 3 },
  });
  expect(p50(scenario).first).toBeUndefined();
});

test("first is who is told from each other one", () => {
  expect(p50(scenarioOf({ websocket: 1, sse: 1.3, grpc: 1.31 })).first).toBe("websocket");
  expect(p50(scenarioOf({ websocket: 1, sse: 1.01, grpc: 1.31 })).first).toBeUndefined();
});

test("baselines and A/A controls are not ranked; the band of a control hinders a difference and makes nothing equal", () => {
  const quiet = scenarioOf({ tcp: 0.5, sse: 1, "sse#2": 1.001, grpc: 1.08 });
  expect(verdictsBy(quiet)).toEqual({ "sse grpc": "different" });
  expect(p50(quiet)).toMatchObject({ aaPairs: [{ a: "sse", b: "sse#2" }] });
  const loud = scenarioOf({ tcp: 0.5, sse: 1, "sse#2": 1.1, grpc: 1.08 });
  expect(p50(loud).aaBand).toBeGreaterThan(0.09);
  expect(p50(loud).aaBand).toBe(p50(loud).aaPairs[0]?.band);
  expect(verdictsBy(loud)).toEqual({ "sse grpc": "inconclusive" });
});

test("a noisy machine widens no margin: what it can't tell is not called equal", () => {
  expect(verdictsBy(scenarioOf({ sse: 1, grpc: 1.01 }, 8))).toEqual({ "sse grpc": "inconclusive" });
  expect(verdictsBy(scenarioOf({ sse: 1, grpc: 1.01 }, 0.5))).toEqual({ "sse grpc": "practically equal" });
});

test("the report says whether the same transport would have been told apart from itself", () => {
  const saying = (scenario: ScenarioSummary) =>
    observations(scenario).find((line) => line.startsWith("A/A")) ?? "";
  expect(saying(scenarioOf({ sse: 1, "sse#2": 1.001 }))).toMatch(
    /4 tests together, they differ in none of these\.$/,
  );
  const apart = scenarioOf({ sse: 1, "sse#2": 1.3, grpc: 1.1 });
  expect(p50(apart).aaPairs).toMatchObject([{ verdict: "different", estimate: { launches: 10 } }]);
  expect(saying(apart)).toMatch(/differ in median delivery latency, .*an error that chance causes/);
  expect(saying(scenarioOf({ sse: 1, "sse#2": 1.3 }, 0.5, { blocks: 2 }))).not.toContain(
    "Tested like two transports",
  );
});

test("a median and CPU that were measured in slices are what is shown and tested", () => {
  const scenario = scenarioOf({ websocket: 1, sse: 1.3 }, 0, {
    blocks: 4,
    trial: (trial) => ({
      ...trial,
      ...(trial.metrics && {
        metrics: { ...trial.metrics, sliced: { slices: 4, p50Us: trial.transport === "sse" ? 900 : 1_800 } },
      }),
    }),
  });
  expect(p50(scenario).first).toBe("sse");
  expect(p50(scenario).pairs[0]?.estimate.ratio).toBeCloseTo(2, 9);
  expect(scenario.verdicts.cpu.first).toBe("websocket");
});

test("missing launches shrink n and void nothing; a slow launch that only one of them has is not charged to it", () => {
  const scenario = scenarioOf({ websocket: 1, sse: 1.3, grpc: 1.6 }, 0.5, {
    blocks: 11,
    trial: (trial) =>
      (trial.transport === "sse" && trial.block === 4) || (trial.transport === "grpc" && trial.block === 7)
        ? unwell(trial, "invalid", "send lag")
        : trial,
  });
  expect(
    p50(scenario).pairs.map(({ a, b, estimate, verdict }) => [a, b, estimate.launches, verdict]),
  ).toEqual([
    ["websocket", "sse", 10, "different"],
    ["websocket", "grpc", 10, "different"],
    ["sse", "grpc", 9, "different"],
  ]);
  // A machine that was slow in one block must not be charged to the transport that ran in it.
  const slow = scenarioOf({ websocket: 1, sse: 1.3 }, 0, {
    blocks: 11,
    trial: (trial) => {
      if (trial.block !== 4) return trial;
      return trial.transport === "sse" ? unwell(trial, "invalid", "x") : { ...trial, metrics: metricsOf(50) };
    },
  });
  expect(p50(slow).pairs[0]?.estimate.ratio).toBeCloseTo(1 / 1.3, 9);
});

test("a transport that saturated, and quantiles on too few publishes, are not tested", () => {
  const saturated = scenarioOf({ websocket: 1, sse: 1.3, grpc: 1.6 }, 0.5, {
    trial: (trial) =>
      trial.transport === "grpc" && trial.block === 2 ? unwell(trial, "saturated", "carried 61 %") : trial,
  });
  expect(Object.keys(verdictsBy(saturated))).toEqual(["websocket sse"]);
  // Its CPU was measured, of another load than the others carried.
  expect(saturated.verdicts.cpu.pairs.map(({ a, b }) => [a, b])).toEqual([["websocket", "sse"]]);
  const [short] = summarize(resultsOf({ blocks: 10, publishes: 300 }));
  expect(short?.verdicts.deliveryP50.pairs).toHaveLength(15);
  expect(short?.verdicts.deliveryP99.pairs).toHaveLength(0);
});

test("delivery errors and the load generator's own figures are not tested; a throughput is better the higher", () => {
  const scenario = scenarioOf({ websocket: 1, sse: 1.3 }, 0.5, {
    trial: (trial) =>
      trial.metrics && trial.transport === "sse"
        ? { ...trial, metrics: { ...trial.metrics, deliveriesPerSecond: 20 } }
        : trial,
  });
  for (const key of ["lost", "duplicated", "reordered", "sendLagP99", "sendLagMax", "loadLoop"] as const)
    expect(scenario.verdicts[key].pairs).toEqual([]);
  expect([scenario.verdicts.deliveriesPerSecond.first, scenario.verdicts.cpu.first]).toEqual([
    "websocket",
    "websocket",
  ]);
});

test("verdicts in words: who ties, who is behind by how much", () => {
  expect(sentenceOf(scenarioOf({ websocket: 1, sse: 1.3, grpc: 1.01 }, 0.2))).toBe(
    "websocket and grpc are within 5 % of one another in median delivery latency, at 1,000 µs (998–1,002) and 1,010 µs (1,008–1,012). " +
      "sse is 1.30x (1.29–1.31) slower than websocket.",
  );
});

test("a doubt is told with what would end it, and does not make a leader", () => {
  const text = sentenceOf(scenarioOf({ websocket: 1, sse: 1.02, grpc: 1.6 }, 4));
  expect(text).toMatch(/^websocket has the lowest median delivery latency observed, 1,000 µs \(/);
  expect(text).toMatch(/grpc is 1\.60x \(1\.\d\d–1\.\d\d\) slower than websocket\./);
  expect(text).toMatch(
    /Inconclusive against websocket: sse 1\.02x \(0\.\d\d–1\.\d\d\), \d+ more blocks would decide it, if effect and noise are as they appear \(80 % power\)\.$/,
  );
});

test("pairs among the rest that do not differ are told too, unless all tie with the first", () => {
  expect(sentenceOf(scenarioOf({ websocket: 1, sse: 1.5, grpc: 1.51 }))).toMatch(
    /Of the others, sse and grpc are practically equal\.$/,
  );
  expect(sentenceOf(scenarioOf({ websocket: 1, sse: 1.005, grpc: 1.01 }))).not.toContain("Of the others");
});

test("how far a transport was from itself is given for each figure", () => {
  const scenario = scenarioOf({ sse: 1, "sse#2": 1.1, grpc: 2 }, 0.1);
  expect(observations(scenario).find((line) => line.startsWith("A/A"))).toMatch(
    /^A\/A: sse and sse#2, the same transport, differed by up to 10(?:\.0)? % in median delivery latency, 10 % in server CPU .*; a smaller difference/,
  );
  expect(observations(scenarioOf({ sse: 1, grpc: 2 })).join()).not.toContain("A/A");
});

test("a transport with too few blocks is named as not ranked", () => {
  const scenario = scenarioOf({ websocket: 1, sse: 1.3, grpc: 1.6 }, 0.5, {
    trial: (trial) => (trial.transport === "grpc" && trial.block > 1 ? unwell(trial, "invalid", "x") : trial),
  });
  expect(sentenceOf(scenario)).toMatch(
    /grpc is not ranked: fewer than 3 blocks completed together with the others\.$/,
  );
});

test("equality is not handed on: all are equal only where each pair is", () => {
  const noise = [0.99, 1.01, 1, 1.005];
  const figures = [
    ["a", 100],
    ["b", 103.5],
    ["c", 96.5],
  ].map(([name, value]) => ({ name: String(name), values: noise.map((one) => one * Number(value)) }));
  const { pairs } = verdictsOfPairs(
    figures.map(({ name, values }) => ({
      name,
      figure: observedOf(
        values.map((value, at) => ({ block: at + 1, value })),
        { value: values[0] ?? 0 },
      ),
    })),
    "lower",
  );
  expect(areAllEqual(["a", "b"], pairs)).toBe(true);
  expect(areAllEqual(["a", "c"], pairs)).toBe(true);
  expect(areAllEqual(["a", "b", "c"], pairs)).toBe(false);
});
