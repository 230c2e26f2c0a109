import { expect, test } from "vitest";
import { exponential, tInterval } from "./estimate.ts";
import { type Comparison, comparePaired } from "./paired.ts";
import { twoSidedP } from "./student.ts";
import { judge } from "./verdict.ts";

/** Ten log ratios with the mean asked for, and a spread that is `sd` exactly. */
function pair(mean: number, sd: number, n = 10): Comparison {
  const raw = Array.from({ length: n }, (_, block) => (block % 2 === 0 ? 1 : -1));
  const scale = sd / Math.sqrt(n / (n - 1));
  const comparison = comparePaired(
    raw.map((one) => Math.exp(mean + one * scale)),
    raw.map(() => 1),
  );
  if (!comparison) throw new Error("the fixture has no comparison");
  return comparison;
}

const one = (comparison: Comparison, margin = 0.05) => judge([comparison], margin)[0];

test("the fixture is what it says", () => {
  expect(pair(0.2, 0.05)).toMatchObject({
    meanLog: expect.closeTo(0.2, 12),
    sdLog: expect.closeTo(0.05, 12),
    p: 2 / 1024,
  });
});

test("a large effect in every block is a difference", () => {
  expect(one(pair(0.2, 0.05))).toEqual({ verdict: "different", holmP: 2 / 1024 });
  expect(one(pair(-0.2, 0.05))?.verdict).toBe("different");
});

test("an effect whose own interval has 1 in it is no difference, whatever the sign-flip test says", () => {
  const logs = [1, ...Array.from({ length: 9 }, () => 0.06)];
  const comparison = comparePaired(
    logs.map(Math.exp),
    logs.map(() => 1),
  );
  if (!comparison) throw new Error("the fixture has no comparison");
  expect(comparison.p).toBe(2 / 1024);
  expect(comparison.interval95.low).toBeLessThan(1);
  expect(one(comparison)).toMatchObject({ verdict: "inconclusive", furtherBlocks: expect.any(Number) });
});

test("a small effect, however sure, is a tie", () => {
  const sure = pair(0.03, 0.01);
  expect(sure.p).toBeLessThan(0.05);
  expect(one(sure)?.verdict).toBe("tie");
  expect(one(pair(0, 0.02))?.verdict).toBe("tie");
});

test("a tie needs the whole 90 % interval within the margin, on either side", () => {
  // Half width: 1.8331 x 0.05 / sqrt(10) = 0.02898; ln 1.05 = 0.04879.
  expect(one(pair(0.019, 0.05))?.verdict).toBe("tie");
  expect(one(pair(0.0205, 0.05))?.verdict).toBe("inconclusive");
  expect(one(pair(-0.019, 0.05))?.verdict).toBe("tie");
  expect(one(pair(-0.0205, 0.05))?.verdict).toBe("inconclusive");
});

test("a significant effect within the margin, whose interval leaves it, is neither", () => {
  const judged = one(pair(0.045, 0.02));
  expect(judged).toMatchObject({ verdict: "inconclusive", holmP: 2 / 1024 });
});

test("the margin decides what counts", () => {
  expect(one(pair(0.2, 0.05), 0.05)?.verdict).toBe("different");
  expect(one(pair(0.2, 0.05), 0.3)?.verdict).toBe("tie");
});

test("nine blocks claim nothing, and do not count in the correction of others", () => {
  const judged = judge([pair(0.2, 0.05), ...Array.from({ length: 40 }, () => pair(0.2, 0.05, 9))], 0.05);
  expect(judged[0]).toEqual({ verdict: "different", holmP: 2 / 1024 });
  expect(judged[1]).toEqual({ verdict: "unranked" });
});

test("the same effect is a difference among fifteen pairs and not among thirty, and says what would tell", () => {
  const family = (n: number) =>
    judge(
      Array.from({ length: n }, () => pair(0.2, 0.05)),
      0.05,
    )[0];
  expect(family(15)).toMatchObject({ verdict: "different", holmP: expect.closeTo(0.0293, 4) });
  // 30 x 2/1,024 = 0.0586 can't be significant; 30 x 2/2,048 can.
  expect(family(30)).toMatchObject({ verdict: "inconclusive", furtherBlocks: 1 });
});

test("the further blocks of an effect beyond the margin are the first with which t is significant", () => {
  const judged = one(pair(0.1, 0.2));
  expect(judged?.verdict).toBe("inconclusive");
  const p = (n: number) => twoSidedP((0.1 * Math.sqrt(n)) / 0.2, n - 1);
  const needed = 10 + (judged?.furtherBlocks ?? 0);
  expect(p(needed)).toBeLessThan(0.05);
  expect(p(needed - 1)).toBeGreaterThanOrEqual(0.05);
  // By the textbook's approximation (1.96 x 0.2 / 0.1)^2 = 15.4, a little more with t.
  expect(needed).toBe(18);
});

test("in a family more blocks are needed, by the factor that the pair has in it", () => {
  const [judged] = judge(
    Array.from({ length: 15 }, () => pair(0.1, 0.2)),
    0.05,
  );
  const p = (n: number) => 15 * twoSidedP((0.1 * Math.sqrt(n)) / 0.2, n - 1);
  const needed = 10 + (judged?.furtherBlocks ?? 0);
  expect(p(needed)).toBeLessThan(0.05);
  expect(p(needed - 1)).toBeGreaterThanOrEqual(0.05);
  expect(needed).toBeGreaterThan(18);
});

test("the further blocks of an effect within the margin are the first whose interval fits", () => {
  const judged = one(pair(0.02, 0.1));
  const high = (n: number) => exponential(tInterval(0.02, 0.1, n, 0.9)).high;
  const needed = 10 + (judged?.furtherBlocks ?? 0);
  expect(high(needed)).toBeLessThanOrEqual(1.05);
  expect(high(needed - 1)).toBeGreaterThan(1.05);
});

test("an effect on the margin needs more blocks than anyone would run", () => {
  expect(one(pair(Math.log(1.0499), 0.1))).toEqual({ verdict: "inconclusive", holmP: expect.any(Number) });
});

test("without any spread the test's own smallest p decides", () => {
  const [judged] = judge(
    Array.from({ length: 60 }, () => pair(0.2, 0)),
    0.05,
  );
  // 60 x 2/2^n < 0.05 from n = 12 on.
  expect(judged).toMatchObject({ verdict: "inconclusive", furtherBlocks: 2 });
});

test("no pairs, no verdicts", () => {
  expect(judge([], 0.05)).toEqual([]);
});
