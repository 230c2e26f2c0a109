import { expect, test } from "vitest";
import { observations } from "../prose/sentences.ts";
import { verdictSentence } from "../prose/verdict-words.ts";
import { metricsOf, resultsOf, unwell } from "./results.test-fixture.ts";
import { type ScenarioSummary, summarize } from "./summary.ts";

type Shape = NonNullable<Parameters<typeof resultsOf>[0]>;

/** Ten small noises that add up to nothing; a wire takes them turned by its own number, so that pairs differ block by block. */
const NOISE = [0.02, -0.01, 0.015, -0.02, 0.005, -0.015, 0.01, -0.005, 0.012, -0.012];

/** Wires that are by these factors above one another, with noise of the given size (1 is about 1 %). */
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
const told = (scenario: ScenarioSummary) =>
  verdictSentence(scenario, "deliveryP50", "median delivery latency", { whole: true });

test("pairs are judged each against each, and ranks follow", () => {
  const scenario = scenarioOf({ websocket: 1, grpc: 1.01, sse: 1.3 });
  expect(verdictsBy(scenario)).toEqual({
    "websocket grpc": "tie",
    "websocket sse": "different",
    "grpc sse": "different",
  });
  expect(Object.fromEntries(p50(scenario).ranks)).toEqual({
    websocket: { best: 1, worst: 2 },
    grpc: { best: 1, worst: 2 },
    sse: { best: 3, worst: 3 },
  });
  expect(p50(scenario).pairs[1]).toMatchObject({ better: "websocket", comparison: { blocks: 10 } });
});

test("under ten blocks pairs have their effect and interval, and no rank", () => {
  const scenario = scenarioOf({ websocket: 1, sse: 1.3 }, 0.5, { blocks: 9 });
  expect(p50(scenario).pairs).toMatchObject([
    { verdict: "unranked", comparison: { ratio: expect.closeTo(1 / 1.3, 1), blocks: 9 } },
  ]);
  expect(p50(scenario).ranks.size).toBe(0);
  expect(told(scenario)).toBeUndefined();
});

test("floors and A/A twins are not ranked; the twin's band is the margin where it is wider than 5 %", () => {
  const quiet = scenarioOf({ tcp: 0.5, sse: 1, "sse#2": 1.001, grpc: 1.08 });
  expect(verdictsBy(quiet)).toEqual({ "sse grpc": "different" });
  expect(p50(quiet)).toMatchObject({ margin: 0.05, aaPairs: [{ a: "sse", b: "sse#2" }] });
  const loud = scenarioOf({ tcp: 0.5, sse: 1, "sse#2": 1.1, grpc: 1.08 });
  expect(p50(loud).margin).toBeGreaterThan(0.1);
  expect(p50(loud).margin).toBe(p50(loud).aaPairs[0]?.band);
  expect(verdictsBy(loud)).toEqual({ "sse grpc": "tie" });
});

test("the report says whether the same wire would have been told from itself", () => {
  const saying = (scenario: ScenarioSummary) =>
    observations(scenario).find((line) => line.startsWith("A/A")) ?? "";
  expect(saying(scenarioOf({ sse: 1, "sse#2": 1.001 }))).toMatch(
    /4 tests together, they are told apart by none of these\.$/,
  );
  const apart = scenarioOf({ sse: 1, "sse#2": 1.3, grpc: 1.1 });
  expect(p50(apart).aaPairs).toMatchObject([{ verdict: "different", comparison: { blocks: 10 } }]);
  expect(saying(apart)).toMatch(/told apart by median delivery latency, .*which is an error/);
  expect(saying(scenarioOf({ sse: 1, "sse#2": 1.3 }, 0.5, { blocks: 9 }))).not.toContain("told apart");
});

test("only blocks that both wires completed are paired", () => {
  const scenario = scenarioOf({ websocket: 1, sse: 1.3, grpc: 1.6 }, 0.5, {
    blocks: 11,
    trial: (trial) =>
      (trial.transport === "sse" && trial.block === 4) || (trial.transport === "grpc" && trial.block === 7)
        ? unwell(trial, "invalid", "send lag")
        : trial,
  });
  expect(
    p50(scenario).pairs.map(({ a, b, comparison, verdict }) => [a, b, comparison.blocks, verdict]),
  ).toEqual([
    ["websocket", "sse", 10, "different"],
    ["websocket", "grpc", 10, "different"],
    ["sse", "grpc", 9, "unranked"],
  ]);
  // A machine that was slow in one block must not be charged to the wire that ran in it.
  const slow = scenarioOf({ websocket: 1, sse: 1.3 }, 0, {
    blocks: 11,
    trial: (trial) => {
      if (trial.block !== 4) return trial;
      return trial.transport === "sse" ? unwell(trial, "invalid", "x") : { ...trial, metrics: metricsOf(50) };
    },
  });
  expect(p50(slow).pairs[0]?.comparison.ratio).toBeCloseTo(1 / 1.3, 9);
});

test("a wire that saturated, and quantiles on too few publishes, are not judged", () => {
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

test("faults and the load generator's own figures are not judged; a rate is better the higher", () => {
  const scenario = scenarioOf({ websocket: 1, sse: 1.3 }, 0.5, {
    trial: (trial) =>
      trial.metrics && trial.transport === "sse"
        ? { ...trial, metrics: { ...trial.metrics, deliveriesPerSecond: 20 } }
        : trial,
  });
  for (const key of ["lost", "duplicated", "reordered", "sendLagP99", "sendLagMax", "loadLoop"] as const)
    expect(scenario.verdicts[key].pairs).toEqual([]);
  expect(scenario.verdicts.deliveriesPerSecond.pairs[0]).toMatchObject({ better: "websocket" });
  expect(scenario.verdicts.cpu.pairs[0]).toMatchObject({ better: "websocket" });
});

test("verdicts in words: who ties, who is behind by how much", () => {
  expect(told(scenarioOf({ websocket: 1, sse: 1.3, grpc: 1.01 }, 0.2))).toBe(
    "websocket and grpc tie on median delivery latency, at 1,000 µs (998–1,002) and 1,010 µs (1,008–1,012). " +
      "Slower than websocket: sse 1.30x (1.29–1.31).",
  );
});

test("a doubt is told with what would end it, and does not make a leader", () => {
  const text = told(scenarioOf({ websocket: 1, sse: 1.02, grpc: 1.6 }, 4));
  expect(text).toMatch(/^websocket has the lowest median delivery latency observed, 1,000 µs \(/);
  expect(text).toMatch(/Slower than websocket: grpc 1\.60x \(1\.\d\d–1\.\d\d\)\./);
  expect(text).toMatch(
    /Not told from websocket: sse 1\.02x \(0\.\d\d–1\.\d\d\), \d+ more blocks would tell\.$/,
  );
});

test("pairs among the rest that do not differ are told too, unless all tie with the first", () => {
  expect(told(scenarioOf({ websocket: 1, sse: 1.5, grpc: 1.51 }))).toMatch(
    /Of the others, sse and grpc tie\.$/,
  );
  expect(told(scenarioOf({ websocket: 1, sse: 1.005, grpc: 1.01 }))).not.toContain("Of the others");
});

test("how far a wire was from itself is told for each figure", () => {
  const scenario = scenarioOf({ sse: 1, "sse#2": 1.1, grpc: 2 }, 0.1);
  expect(observations(scenario).find((line) => line.startsWith("A/A"))).toMatch(
    /^A\/A: sse and sse#2, the same wire, were up to 10 % on median delivery latency, 10 % on server CPU .* apart;/,
  );
  expect(observations(scenarioOf({ sse: 1, grpc: 2 })).join()).not.toContain("A/A");
});

test("a wire with too few blocks is named as not ranked", () => {
  const scenario = scenarioOf({ websocket: 1, sse: 1.3, grpc: 1.6 }, 0.5, {
    trial: (trial) =>
      trial.transport === "grpc" && trial.block === 7 ? unwell(trial, "invalid", "x") : trial,
  });
  expect(told(scenario)).toMatch(/grpc is not ranked: fewer than 10 blocks completed beside the others\.$/);
});
