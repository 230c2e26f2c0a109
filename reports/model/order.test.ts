import { expect, test } from "vitest";
import { observedOf } from "./cell.ts";
import { inOrder } from "./order.ts";
import { verdictsOfPairs } from "./verdicts.ts";

/** Values of the launches; NaN where there is none. */
function figureOf(name: string, values: readonly number[]) {
  const read = values.flatMap((value, at) => (Number.isNaN(value) ? [] : { block: at + 1, value }));
  return {
    name,
    figure: observedOf(read, { value: read.reduce((sum, one) => sum + one.value, 0) / read.length }),
  };
}

test("a transport that missed the slow launch is not the best for that", () => {
  // Launches differ by far more than transports: b has the lower mean, and is 20 % above a wherever both are.
  const figures = [
    figureOf("a", [100, 101, 100, 99, 300]),
    figureOf("b", [120, 121, 121, 119, Number.NaN]),
    figureOf("c", [150, 152, 149, 150, 452]),
  ];
  const verdicts = verdictsOfPairs(figures, "lower");
  expect(inOrder(verdicts, "lower")).toEqual(["a", "b", "c"]);
  expect(inOrder(verdictsOfPairs(figures, "higher"), "higher")).toEqual(["c", "b", "a"]);
});

test("who was compared with the slowest alone is not the best for that", () => {
  const none = Number.NaN;
  const figures = [
    figureOf("a", [90, 91, 90, none, none, none]),
    figureOf("b", [100, 101, 100, none, none, none]),
    figureOf("c", [none, none, none, 105, 104, 105]),
    figureOf("d", [280, 281, 279, 284, 283, 285]),
  ];
  const verdicts = verdictsOfPairs(figures, "lower");
  expect(verdicts.pairs.map(({ a, b }) => `${a}${b}`)).not.toContain("ac");
  expect(inOrder(verdicts, "lower")[0]).toBe("a");
});
