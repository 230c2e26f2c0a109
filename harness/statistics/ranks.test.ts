import { expect, test } from "vitest";
import { type JudgedPair, ranksOf } from "./ranks.ts";

/** "a < b": a is better; "a = b": a tie; "a ? b": inconclusive; "a - b": unranked. */
function pairs(...lines: string[]): JudgedPair[] {
  const verdicts = { "<": "different", "=": "tie", "?": "inconclusive", "-": "unranked" } as const;
  return lines.map((line) => {
    const [a = "", sign = "", b = ""] = line.split(" ");
    const verdict = verdicts[sign as keyof typeof verdicts];
    return { a, b, verdict, ...(verdict === "different" ? { better: a } : {}) };
  });
}

const ranks = (...lines: string[]) =>
  Object.fromEntries([...ranksOf(pairs(...lines))].map(([wire, { best, worst }]) => [wire, [best, worst]]));

test("wires that all differ have a place each", () => {
  expect(ranks("a < b", "a < c", "b < c")).toEqual({ a: [1, 1], b: [2, 2], c: [3, 3] });
});

test("a tie shares places", () => {
  expect(ranks("a = b", "a < c", "b < c")).toEqual({ a: [1, 2], b: [1, 2], c: [3, 3] });
});

test("all tied, all inconclusive: everyone has every place", () => {
  expect(ranks("a = b", "a = c", "b = c")).toEqual({ a: [1, 3], b: [1, 3], c: [1, 3] });
  expect(ranks("a ? b", "a ? c", "b ? c")).toEqual({ a: [1, 3], b: [1, 3], c: [1, 3] });
});

test("a chain of ties shares one range though its ends differ; inconclusive pairs do not chain", () => {
  expect(ranks("a = b", "b = c", "a < c")).toEqual({ a: [1, 3], b: [1, 3], c: [1, 3] });
  expect(ranks("a ? b", "b ? c", "a < c")).toEqual({ a: [1, 2], b: [1, 3], c: [2, 3] });
});

test("a chain does not reach into what differs from it", () => {
  expect(ranks("a = b", "c = d", "a < c", "a < d", "b < c", "b < d")).toEqual({
    a: [1, 2],
    b: [1, 2],
    c: [3, 4],
    d: [3, 4],
  });
});

test("a wire without a judged pair has no rank and takes no place", () => {
  expect(ranks("a < b", "a - c", "b - c")).toEqual({ a: [1, 1], b: [2, 2] });
  expect(ranks("a - b")).toEqual({});
});
