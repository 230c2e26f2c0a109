import assert from "node:assert/strict";
import { test } from "vitest";
import { scenarios } from "../../scenarios/registry.ts";
import type { ParamName, Params } from "../../scenarios/scenario.ts";
import { sliceMsOf, slicesForMedian, slicesOf, whyInOnePiece } from "./slicing.ts";

function planOf(name: string, over: Partial<Params> = {}) {
  const scenario = scenarios.find((one) => one.name === name);
  assert.ok(scenario);
  const value = (param: ParamName) => over[param] ?? scenario.params[param].default;
  const params: Params = {
    connections: value("connections"),
    rate: value("rate"),
    payload: value("payload"),
    duration: value("duration"),
    warmup: value("warmup"),
  };
  return scenario.plan(params, 1);
}

test("what has its times, or nothing to say, is measured in one piece", () => {
  for (const name of ["notify", "fan-out", "chat", "gaming", "collaboration", "iot", "market-data", "seed"])
    assert.equal(whyInOnePiece(planOf(name)), undefined, name);
  assert.match(whyInOnePiece(planOf("idle")) ?? "", /nothing is published/);
  assert.match(whyInOnePiece(planOf("resume")) ?? "", /fixed times/);
  assert.match(whyInOnePiece(planOf("notify", { rate: 1 })) ?? "", /too few publishes/);
});

test("a slice is half a second, and longer where that has too few publishes", () => {
  const slow = planOf("notify", { rate: 20, duration: 8 });
  assert.deepEqual(
    [sliceMsOf(planOf("fan-out", { rate: 60 })), sliceMsOf(slow), slicesOf(slow)],
    [500, 1_500, 5],
  );
  assert.equal(slicesOf(planOf("fan-out", { rate: 60, duration: 1.5 })), 3);
  assert.equal(slicesOf(planOf("fan-out", { rate: 60, duration: 0.5 })), 1);
});

test("a median needs 60 publishes, in as many slices as have them", () => {
  assert.equal(slicesForMedian(planOf("notify", { rate: 400 })), 1);
  assert.equal(slicesForMedian(planOf("fan-out", { rate: 60 })), 2);
  assert.equal(slicesForMedian(planOf("fan-out", { rate: 20 })), 2);
  assert.equal(slicesForMedian(planOf("notify", { rate: 5 })), 6);
});
