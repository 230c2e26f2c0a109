import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { revealed } from "./comparison.ts";
import type { Figures } from "./figures.ts";
import type { ChoicePrediction, NumberPrediction } from "./lesson.ts";

const NUMBER: NumberPrediction = { kind: "number", id: "n", asks: "How long?", unit: "ms", measure: "m" };
const figures: Figures = {
  m: { value: 2_000, interval: { low: 1_800, high: 2_200 }, blocks: 3, unit: "micros" },
};

describe("a number beside what was measured", () => {
  test.each([
    [1.9, "right", "inside the interval"],
    [2.3, "near", "near, a little high"],
    [1.2, "near", "of the right size, 1.7 times too low"],
    [20, "far", "10 times too high"],
    [0, "far", "too low"],
    [null, "open", "no prediction"],
  ] as const)("%s ms", (answer, verdict, says) => {
    const row = revealed(NUMBER, answer, figures);
    assert.deepEqual([row.verdict, row.says], [verdict, says]);
    assert.equal(row.measured, "2.00 ms (1.80 ms to 2.20 ms)");
  });

  test("is drawn on one scale with its figure, and not at zero, which has no place on it", () => {
    assert.deepEqual(revealed(NUMBER, 3, figures).scale, {
      guess: 3_000,
      value: 2_000,
      low: 1_800,
      high: 2_200,
    });
    assert.equal(revealed(NUMBER, 0, figures).scale, undefined);
  });

  test("that was not measured judges nobody, and says why", () => {
    const row = revealed(NUMBER, 3, { m: { absent: "the machine was busy" } });
    assert.deepEqual(
      [row.verdict, row.predicted, row.measured, row.says],
      ["open", "3 ms", "not measured", "the machine was busy"],
    );
  });

  test("of none is right only with none", () => {
    const none: Figures = { m: { value: 0, blocks: 3, unit: "count" } };
    assert.equal(revealed({ ...NUMBER, unit: "messages" }, 0, none).verdict, "right");
    assert.equal(revealed({ ...NUMBER, unit: "messages" }, 7, none).verdict, "far");
  });
});

describe("a choice beside what was measured", () => {
  const CHOICE: ChoicePrediction = {
    ...{ kind: "choice", id: "c", asks: "Which?", wins: "lowest" },
    options: ["a", "b", "c"].map((name) => ({ name, measure: name })),
  };
  const of = (...values: readonly [number, number][]): Figures =>
    Object.fromEntries(
      values.map(([value, half], at) => [
        "abc".charAt(at),
        { value, interval: { low: value - half, high: value + half }, blocks: 3, unit: "micros" as const },
      ]),
    );

  test("is right alone at the end that wins, and turns with it", () => {
    const figures = of([10, 1], [20, 1], [30, 1]);
    assert.equal(revealed(CHOICE, "a", figures).verdict, "right");
    assert.equal(revealed(CHOICE, "c", figures).verdict, "far");
    assert.equal(revealed({ ...CHOICE, wins: "highest" }, "c", figures).verdict, "right");
  });

  test("can't be told from one whose interval overlaps", () => {
    const row = revealed(CHOICE, "b", of([10, 3], [12, 3], [30, 1]));
    assert.equal(row.verdict, "near");
    assert.match(row.measured, /^a .* and b /);
  });

  test("is open when one is missing, which might have won", () => {
    const row = revealed(CHOICE, "a", { ...of([10, 1], [20, 1]), c: { absent: "no Redis" } });
    assert.deepEqual([row.verdict, row.says], ["open", "no Redis"]);
  });
});
