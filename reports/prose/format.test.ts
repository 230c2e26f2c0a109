import { expect, test } from "vitest";
import { columnOf, effect, quantity, ranged, roundQuantity, times } from "./format.ts";

test.each([
  ["micros", 0, "0 µs"],
  ["micros", 0.4, "0.400 µs"],
  ["micros", 64, "64.0 µs"],
  ["micros", 1_934, "1.93 ms"],
  ["micros", 12_345_678, "12.3 s"],
  ["bytes", 742.4, "742 B"],
  ["bytes", 93_100_000, "88.8 MiB"],
  ["bytes", 8 * 1024 ** 3, "8.00 GiB"],
  ["perSecond", 2_495, "2,495/s"],
  ["count", 30_000, "30,000"],
  ["share", 0.344, "34 %"],
  ["micros", 1e300, "1.0e+294 s"],
] as const)("%s %d is %s", (unit, value, text) => {
  expect(quantity(unit, value)).toBe(text);
});

test("a column has one unit, and the same digits all the way down", () => {
  const column = columnOf("micros", [1_934, 3_100, 9_876]);
  expect([1_934, 3_100, 9_876].map(column.text)).toEqual(["1.93", "3.10", "9.88"]);
  expect(column.suffix).toBe("ms");
});

test("a column that spans more than a factor of ten keeps two digits of the smallest", () => {
  const column = columnOf("micros", [800, 1_900, 45_000]);
  expect([800, 1_900, 45_000].map(column.text)).toEqual(["0.80", "1.90", "45.00"]);
});

test("a column of nothing, or of zeros, can be written", () => {
  expect(columnOf("bytes", []).text(0)).toBe("0");
  expect(columnOf("micros", [0, 0]).text(0)).toBe("0");
});

test("a range is given over blocks, and not of a single one", () => {
  expect(ranged("micros", { value: 1_930, min: 1_800, max: 2_040, blocks: 3 })).toBe("1.93 ms (1.80–2.04)");
  expect(ranged("micros", { value: 1_930, min: 1_930, max: 1_930, blocks: 1 })).toBe("1.93 ms");
});

test("an interval stands in the range's place, and a range among intervals is named", () => {
  const figure = { value: 1_930, min: 1_800, max: 2_040, blocks: 3 };
  const interval = { low: 1_870, high: 1_990 };
  expect(ranged("micros", { ...figure, interval })).toBe("1.93 ms (1.87–1.99)");
  expect(ranged("micros", figure, columnOf("micros", [1_930]), "interval")).toBe("1.93 ms (range 1.80–2.04)");
});

test("effects keep the digits that tell 1.04 from 1.00", () => {
  expect(effect(1.2, { low: 1.123, high: 1.289 })).toBe("1.20x (1.12–1.29)");
  expect([0.5, 9.94, 9.96, 99.6].map((ratio) => effect(ratio))).toEqual(["0.50x", "9.94x", "10.0x", "100x"]);
});

test("ratios have one decimal until it says nothing", () => {
  expect([1, 1.44, 99.4, 140.2].map(times)).toEqual(["1.0x", "1.4x", "99.4x", "140x"]);
});

test("an axis mark has no zeros for show", () => {
  expect([1, 20, 500, 2_000, 1e6].map((value) => roundQuantity("micros", value))).toEqual([
    "1 µs",
    "20 µs",
    "500 µs",
    "2 ms",
    "1 s",
  ]);
});
