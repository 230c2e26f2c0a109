import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { addsUp, judge, type Outcome, turnsOf, verdictOf } from "./verdict.ts";

describe("a figure against a claim", () => {
  const half = { says: "at most half", high: 0.5, tolerance: 1.1 };
  test.each([
    ["well below", [0.2, 0.21, 0.19], "holds"],
    ["well above", [0.8, 0.82, 0.79], "contradicted"],
    ["within the tolerance", [0.54, 0.54, 0.54], "holds"],
    ["just beyond it", [0.56, 0.56, 0.56], "contradicted"],
    ["on both sides of the end", [0.3, 0.9, 0.5], "unclear"],
  ] as const)("%s", (_what, values, state) => {
    assert.equal(judge(values, half).state, state);
  });

  test("needs an interval that is clear, however far the mean lies: three blocks of noise say nothing", () => {
    const { state, interval } = judge([0.1, 0.4, 1.6], half);
    assert.equal(state, "unclear");
    assert.ok(interval && interval.high > 0.55);
  });

  test("of two ends has to lie between them", () => {
    const range = { says: "2 to 5", low: 2, high: 5, tolerance: 1 };
    assert.equal(judge([3, 3.1, 2.9], range).state, "holds");
    assert.equal(judge([1, 1.01, 0.99], range).state, "contradicted");
    assert.equal(judge([9, 9.1, 8.9], range).state, "contradicted");
    assert.equal(judge([4.9, 5.1, 5], range).state, "unclear");
  });

  test("with too few blocks is void, with the reason of those that are missing", () => {
    assert.deepEqual(judge([0.2, 0.2], half, "mean", "x was invalid (noise)"), {
      state: "void",
      blocks: 2,
      reason: "2 of the 3 blocks that a verdict needs: x was invalid (noise)",
    });
    assert.equal(judge([0, 0, 0], half).state, "void");
  });

  test("that says none is contradicted by one in any block", () => {
    const none = { says: "none lost", high: 0 };
    assert.deepEqual(judge([0, 0, 0], none, "none"), { state: "holds", value: 0, blocks: 3 });
    assert.deepEqual(judge([0, 0, 1], none, "none"), { state: "contradicted", value: 1, blocks: 3 });
    assert.equal(judge([0, 0], none, "none").state, "void");
  });

  test("of a spread is held against its best and its worst block, of which one beyond an end is enough", () => {
    const close = { says: "within 5 %", low: 0.95, high: 1.05, tolerance: 1 };
    const of = (...values: number[]) => judge(values, close, "spread");
    assert.equal(of(100, 101, 99).state, "holds");
    // Their 95 % interval holds values on both sides of an end; the blocks themselves don't.
    assert.equal(of(100, 104, 97).state, "holds");
    assert.equal(of(100, 100, 110).state, "contradicted");
    assert.equal(of(100, 100, 90).state, "contradicted");
    const wide = of(100, 120, 83);
    assert.equal(wide.state, "contradicted");
    assert.ok(Math.abs((wide.interval?.low ?? 0) - 0.83) < 0.01);
    assert.ok(Math.abs((wide.interval?.high ?? 0) - 1.2) < 0.01);
    assert.equal(of(0, 0, 0).state, "void");
    assert.equal(of(100, 101).state, "void");
  });
});

test("a reading holds if it does in every place, and is contradicted if it does in none of which enough could be told", () => {
  const of = (...states: (Outcome["state"] | "left out")[]) => verdictOf(states.map((state) => ({ state })));
  assert.equal(of("holds", "left out"), "holds under these conditions");
  assert.equal(of("contradicted", "left out", "left out"), "contradicted here");
  assert.equal(of("contradicted", "unclear"), "contradicted here");
  assert.equal(of("contradicted", "void", "void"), "can't be told");
  assert.equal(of("left out"), "can't be told");
  assert.equal(of("holds", "holds"), "holds here");
  assert.equal(of("holds", "contradicted"), "holds under these conditions");
  assert.equal(of("holds", "unclear"), "holds under these conditions");
  assert.equal(of("holds", "void"), "holds under these conditions");
  assert.equal(of("contradicted", "contradicted"), "contradicted here");
  assert.equal(of("unclear", "void"), "can't be told");
  assert.equal(of(), "can't be told");
});

test("arithmetic may be rounded, and no more", () => {
  assert.ok(addsUp({ says: "", claimed: 0.985, follows: 1 - 0.37 / 25.12 }));
  assert.ok(!addsUp({ says: "", claimed: 0.82, follows: 1.15 }));
  assert.ok(!addsUp({ says: "", claimed: 100, follows: 103 }));
});

describe("where a reading turns", () => {
  const place = (at: number, value: number) => ({
    at,
    outcome: judge([value, value * 1.01, value * 0.99], { says: "", high: 0.5, tolerance: 1 }),
  });
  test("lies between the places that tell, at about where the figure crosses the end", () => {
    // 0.5 at 232: (P + 4) / (P + 240), as bare libraries have it.
    const at = [50, 200, 1_000].map((payload) => place(payload, (payload + 4) / (payload + 240)));
    const [turn, ...others] = turnsOf(at, { says: "", high: 0.5, tolerance: 1 });
    assert.deepEqual([turn?.between, turn?.beyond, others.length], [[200, 1_000], "does not hold", 0]);
    assert.ok((turn?.estimate ?? 0) > 200 && (turn?.estimate ?? 0) < 350, `${turn?.estimate}`);
  });
  test("is at the claim's own end, not at the tolerance's", () => {
    const at = [50, 200, 400].map((payload) => place(payload, (payload + 4) / (payload + 240)));
    const [turn] = turnsOf(at, { says: "", high: 0.5, tolerance: 1.05 });
    // 0.525 is crossed at 257.
    assert.deepEqual(turn?.between, [200, 400]);
    assert.ok((turn?.estimate ?? 0) > 215 && (turn?.estimate ?? 0) < 245, `${turn?.estimate}`);
  });
  test("has no estimate where the figure is beyond the claim's own end on both sides", () => {
    const [turn] = turnsOf([place(10, 0.54), place(20, 0.9)], { says: "", high: 0.5, tolerance: 1.2 });
    assert.deepEqual(turn, { between: [10, 20], beyond: "does not hold" });
  });
  test("is nowhere where all places say the same", () => {
    assert.deepEqual(turnsOf([place(1, 0.2), place(2, 0.3)], { says: "", high: 0.5 }), []);
  });
  test("has no estimate from 0 on, which has no place on a logarithmic axis", () => {
    const [turn] = turnsOf([place(0, 0.9), place(40, 0.3)], { says: "", high: 0.5, tolerance: 1 });
    assert.deepEqual(turn, { between: [0, 40], beyond: "holds" });
  });
});
