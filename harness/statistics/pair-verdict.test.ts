import { expect, test } from "vitest";
import type { PairEstimate } from "./all-pairs.ts";
import { aaDistance, verdictOf } from "./pair-verdict.ts";
import { type EstimateWithVerdict, firstOf, rankRanges } from "./rank-ranges.ts";

/** A pair whose interval is `half` wide on either side on the log scale, its equality interval four fifths of that. */
function pair(meanLog: number, half: number, [a, b] = [0, 1]): PairEstimate {
  const around = (h: number) => ({ low: Math.exp(meanLog - h), high: Math.exp(meanLog + h) });
  return {
    a: a ?? 0,
    b: b ?? 1,
    ratio: Math.exp(meanLog),
    interval: around(half),
    equalityInterval: around(0.8 * half),
    meanLog,
    standardError: half / 3,
    dof: 15,
    launches: 4,
  };
}

test("an interval that excludes 1 is a difference, either way", () => {
  expect(verdictOf(pair(0.2, 0.1))).toBe("different");
  expect(verdictOf(pair(-0.2, 0.1))).toBe("different");
  expect(verdictOf(pair(0.2, 0.21))).toBe("inconclusive");
});

test("an equality interval inside the margin is an equality, though the interval excludes 1", () => {
  expect(verdictOf(pair(0, 0.05))).toBe("practically equal");
  expect(verdictOf(pair(0.03, 0.02))).toBe("practically equal");
  // ln 1.05 = 0.04879, on either side: 1/1.05 is as far as 1.05.
  expect(verdictOf(pair(0, 0.0487 / 0.8))).toBe("practically equal");
  expect(verdictOf(pair(0, 0.0489 / 0.8))).toBe("inconclusive");
  expect(verdictOf(pair(-0.02, 0.04))).toBe("inconclusive");
});

test("an effect within the margin that is not proved equal is not called different: another run might prove it equal", () => {
  expect(verdictOf(pair(0.045, 0.04))).toBe("inconclusive");
});

test("noise only takes verdicts away: no A/A band makes an equality or a difference", () => {
  const bands = [0, 0.05, 0.2, 0.5];
  for (const [meanLog, half] of [
    [0.2, 0.1],
    [0.1, 0.09],
    [0, 0.03],
    [0, 0.3],
    [0.04, 0.3],
  ] as const) {
    const verdicts = bands.map((aaBand) => verdictOf(pair(meanLog, half), { aaBand }));
    const [quiet] = verdicts;
    for (const verdict of verdicts)
      expect([quiet, quiet === "different" ? "inconclusive" : quiet]).toContain(verdict);
  }
  expect(verdictOf(pair(0.2, 0.1), { aaBand: 0.1 })).toBe("different");
  expect(verdictOf(pair(0.2, 0.1), { aaBand: 0.12 })).toBe("inconclusive");
});

test("the A/A distance is the same whichever name stands first", () => {
  expect(aaDistance(pair(0.1, 0.3))).toBeCloseTo(aaDistance(pair(-0.1, 0.3)), 12);
  expect(aaDistance(pair(Math.log(1.08), 0.3))).toBeCloseTo(0.08, 9);
});

/** "0<1": 0 is lower and different; "0=1": practically equal; "0?1": inconclusive. */
function pairs(...texts: string[]): EstimateWithVerdict[] {
  const verdicts = { "<": "different", "=": "practically equal", "?": "inconclusive" } as const;
  return texts.map((text) => ({
    estimate: { a: Number(text[0]), b: Number(text[2]), meanLog: -1 },
    verdict: verdicts[text[1] as keyof typeof verdicts],
  }));
}
const ranks = (texts: string[], better: "lower" | "higher" = "lower") =>
  [...rankRanges(pairs(...texts), better)].map(([, { best, worst }]) => `${best}-${worst}`);

test("ties are not chained: A like B, B like C, A different from C", () => {
  expect(ranks(["0=1", "1=2", "0<2"])).toEqual(["1-2", "1-3", "2-3"]);
  expect(ranks(["0?1", "1?2", "0<2"])).toEqual(["1-2", "1-3", "2-3"]);
});

test("what differs from all others has a place of its own; higher may be better", () => {
  expect(ranks(["0<1", "0<2", "1<2"])).toEqual(["1-1", "2-2", "3-3"]);
  expect(ranks(["0<1", "0<2", "1<2"], "higher")).toEqual(["3-3", "2-2", "1-1"]);
  expect(ranks(["0?1", "0?2", "1=2"])).toEqual(["1-3", "1-3", "1-3"]);
  expect(ranks([])).toEqual([]);
});

test("first is only one that is told from each other one", () => {
  expect(firstOf(rankRanges(pairs("0<1", "0<2", "1=2"), "lower"))).toBe(0);
  expect(firstOf(rankRanges(pairs("0<1", "0<2", "1<2"), "higher"))).toBe(2);
  expect(firstOf(rankRanges(pairs("0<1", "0?2", "1?2"), "lower"))).toBeUndefined();
  expect(firstOf(rankRanges([], "lower"))).toBeUndefined();
});
