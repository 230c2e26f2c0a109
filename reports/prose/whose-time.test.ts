import assert from "node:assert/strict";
import { test } from "vitest";
import type { Trial } from "../../harness/result/result.ts";
import { metricsOf, resultsOf } from "../model/results.test-fixture.ts";
import { summarize } from "../model/summary.ts";
import { answerOf } from "./answer.ts";
import { clientBound, splitLine } from "./whose-time.ts";

function scenarioOf(trial: (trial: Trial) => Trial) {
  const [scenario] = summarize(resultsOf({ transports: ["websocket", "sse"], blocks: 4, trial }));
  assert.ok(scenario);
  return scenario;
}

function withShare(trial: Trial, clientShare: number): Trial {
  const metrics = trial.metrics ?? metricsOf(1);
  const { split } = metrics;
  assert.ok(split);
  return { ...trial, metrics: { ...metrics, split: { ...split, clientShare } } };
}

test("names the transports whose delivery latency is mostly the clients' own time, and no others", () => {
  const scenario = scenarioOf((trial) => withShare(trial, trial.transport === "sse" ? 0.71 : 0.42));
  assert.match(clientBound(scenario) ?? "", /^client-bound \(.*\): sse \(71 %\)$/);
  assert.equal(splitLine(scenario), "Clients' share of the delivery latency: websocket 42 %, sse 71 %.");
});

test("says nothing where it is half at most", () => {
  assert.equal(clientBound(scenarioOf((trial) => withShare(trial, 0.5))), undefined);
});

test("says nothing of results without it", () => {
  const scenario = scenarioOf((trial) => {
    const { split: _, ...metrics } = trial.metrics ?? metricsOf(1);
    return { ...trial, metrics };
  });
  assert.equal(clientBound(scenario), undefined);
  assert.equal(splitLine(scenario), undefined);
});

test.each([
  ["of a ranked run", 4, ["notify"], /; client-bound \(.*\): sse \(71 %\)/],
  ["of one without ranks", 1, ["notify"], /\nClient-bound, .*: notify \(sse 71 %\)\./],
  [
    "of many scenarios",
    4,
    ["notify", "fan-out", "chat", "iot"],
    /\nClient-bound, .*: notify \(sse 71 %\), fan-out/,
  ],
] as const)("is in the answer %s", (_, blocks, scenarios, pattern) => {
  const results = resultsOf({
    transports: ["websocket", "sse"],
    blocks,
    scenarios: [...scenarios],
    trial: (trial) => withShare(trial, trial.transport === "sse" ? 0.71 : 0.42),
  });
  assert.match(answerOf(results, summarize(results)).join("\n"), pattern);
});
