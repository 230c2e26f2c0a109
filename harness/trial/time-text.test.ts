import assert from "node:assert/strict";
import { test } from "vitest";
import { quantity } from "../../reports/prose/format.ts";
import { timeText } from "./time-text.ts";

test.each([0, 0.25, 7, 412, 999.7, 1_000, 4_123, 56_789, 999_999, 1_234_567, 83_000_000])(
  "%d us are written as reports write them",
  (us) => {
    assert.equal(timeText(us), quantity("micros", us));
  },
);

test("a unit for each size, and three significant digits", () => {
  assert.deepEqual([412, 4_123, 1_234_567].map(timeText), ["412 µs", "4.12 ms", "1.23 s"]);
});
