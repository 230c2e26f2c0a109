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
    [2, "right", "exactly"],
    [null, "open", "no prediction"],
  ] as const)("%s ms", (answer, verdict, says) => {
    const row = revealed(NUMBER, answer, figures);
    assert.deepEqual([row.verdict, row.says], [verdict, says]);
    assert.equal(row.measured, "2.00 ms (1.80 ms to 2.20 ms)");
  });

  test("inside an interval that is wide is not right for that alone", () => {
    const wide: Figures = {
      m: { value: 1_000, interval: { low: 200, high: 5_000 }, blocks: 3, unit: "micros" },
    };
    assert.deepEqual(
      [0.6, 4.8].map((guess) => {
        const { verdict, says } = revealed(NUMBER, guess, wide);
        return [verdict, says];
      }),
      [
        ["right", "inside the interval"],
        ["near", "inside the interval, which is wide"],
      ],
    );
  });

  test.each([
    ["KiB", 1_055_000, "bytes", 1_000, "1,000 KiB", "1,030 KiB"],
    ["ms", 412, "micros", 0.0004, "0.0004 ms", "0.412 ms"],
    ["times", 3.77, "x", 3, "3 times", "3.77 times"],
    ["bytes", 58, "bytes", 60, "60 bytes", "58 bytes"],
    ["s", 1.04, "seconds", 1, "1 s", "1.04 s"],
  ] as const)("in %s is shown in that unit", (unit, value, of, guess, predicted, measured) => {
    const row = revealed({ ...NUMBER, unit }, guess, { m: { value, blocks: 1, unit: of } });
    assert.deepEqual([row.predicted, row.measured], [predicted, measured]);
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

  test("can't be told from one whose interval overlaps, and shows both intervals", () => {
    const row = revealed(CHOICE, "b", of([10, 3], [12, 3], [30, 1]));
    assert.equal(row.verdict, "near");
    assert.equal(row.measured, "a 10.0 µs (7.00 µs to 13.0 µs) and b 12.0 µs (9.00 µs to 15.0 µs)");
    assert.equal(row.predicted, "b 12.0 µs (9.00 µs to 15.0 µs)");
  });

  test("is open when one is missing, which might have won", () => {
    const row = revealed(CHOICE, "a", { ...of([10, 1], [20, 1]), c: { absent: "no Redis" } });
    assert.deepEqual([row.verdict, row.says], ["open", "no Redis"]);
  });

  test("is open as long as too few blocks are behind what might win, and settled for what lies apart", () => {
    const figures: Figures = { ...of([10, 1], [20, 1]), c: { value: 9, blocks: 2, unit: "micros" } };
    for (const guess of ["a", "b", "c"]) assert.equal(revealed(CHOICE, guess, figures).verdict, "open");
    const oneIsFew: Figures = { ...of([10, 1], [20, 1]), c: { value: 30, blocks: 1, unit: "micros" } };
    assert.deepEqual(
      ["a", "b", "c"].map((guess) => revealed(CHOICE, guess, oneIsFew).verdict),
      ["open", "far", "open"],
    );
    assert.match(revealed(CHOICE, "a", oneIsFew).says, /can't be told/);
  });

  test("of counts needs no interval, and equal counts are equal", () => {
    const counts = (...values: readonly number[]): Figures =>
      Object.fromEntries(
        values.map((value, at) => ["abc".charAt(at), { value, blocks: 3, unit: "count", exact: true }]),
      );
    assert.equal(revealed(CHOICE, "a", counts(0, 3, 5)).verdict, "right");
    assert.equal(revealed(CHOICE, "b", counts(0, 3, 5)).verdict, "far");
    const row = revealed(CHOICE, "b", counts(0, 0, 5));
    assert.deepEqual([row.verdict, row.says], ["right", "right: they are equal"]);
  });

  test("of what a requirement leaves out is told why, and does not keep the others from being judged", () => {
    const figures: Figures = { ...of([10, 1], [20, 1]), c: { absent: "not in a browser", excluded: true } };
    assert.equal(revealed(CHOICE, "a", figures).verdict, "right");
    assert.deepEqual(
      [revealed(CHOICE, "c", figures).verdict, revealed(CHOICE, "c", figures).says],
      ["far", "it is out: not in a browser"],
    );
    const out = { absent: "x", excluded: true } as const;
    assert.equal(revealed(CHOICE, "c", { a: out, b: out, c: out }).measured, "none: each of them is out");
    // A trial that was void may have won all the same.
    assert.equal(revealed(CHOICE, "a", { ...figures, b: { absent: "it was void" } }).verdict, "open");
  });

  test.each([
    [["first", "behind", "behind"], ["right", "far", "far"], /^right$/],
    [["first", "first", "behind"], ["right", "right", "far"], /they are equal/],
    [
      ["open", "behind", "behind"],
      ["near", "far", "far"],
      /best score observed, though not every comparison/,
    ],
    [["open", "open", "behind"], ["near", "near", "far"], /within the noise/],
    [["unranked", "unranked", "unranked"], ["open", "open", "open"], /no comparison of these has a verdict/],
  ] as const)("of scores goes by the decision: %j", (places, verdicts, says) => {
    const figures: Figures = Object.fromEntries(
      places.map((place, at) => ["abc".charAt(at), { value: 1 + at / 100, blocks: 3, unit: "x", place }]),
    );
    const rows = ["a", "b", "c"].map((guess) => revealed(CHOICE, guess, figures));
    assert.deepEqual(
      rows.map(({ verdict }) => verdict),
      verdicts,
    );
    assert.match(rows[0]?.says ?? "", says);
  });
});
