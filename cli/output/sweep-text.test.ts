import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { renderSweep, type SweepPoint, sweepValues } from "./sweep-text.ts";

const point = (
  values: number[],
  states: SweepPoint["states"] = values.map(() => "completed"),
): SweepPoint => ({
  ...{ at: 10, transport: "sse" },
  ...{ values, states },
});

const table = (one: SweepPoint, metric = "deliveryLatencyUs.p50", fewest?: number) =>
  renderSweep(
    {
      ...{ over: "rate", metric, scenario: "notify", blocks: 3, points: [one] },
      lines: [{ name: "sse", values: sweepValues(one) }],
      crossovers: [],
    },
    fewest,
  );

describe("a point of a sweep", () => {
  test("is its geometric mean with the interval", () => {
    assert.match(table(point([1_000, 1_100, 1_210])), /10 +1\.10 ms \(\d+ µs to 1\.\d+ ms\)/);
  });

  test("where a trial saturated is saturated, and no crossover rests on it", () => {
    const one = point([1_000, 1_100, 1_210], ["completed", "saturated", "completed", "completed"]);
    assert.match(table(one), /10 +saturated/);
    assert.deepEqual(sweepValues(one), []);
  });

  test("of zeros is shown with its range, and of fewer trials says of how many", () => {
    assert.match(table(point([0, 0, 0]), "lost"), /10 +0 \(range 0 to 0\)/);
    assert.match(
      table(point([1_000, 1_200], ["completed", "invalid", "completed"])),
      /10 +1\.10 ms \(range 1\.00 ms to 1\.20 ms, 2 of 3\)/,
    );
    assert.match(table(point([], ["failed"])), /10 +failed/);
  });
});

test("a quantile that rests on few publishes is called rough", () => {
  const p99 = (fewest: number) => table(point([1_000, 1_100, 1_210]), "deliveryLatencyUs.p99", fewest);
  assert.match(p99(100), /had 100 publishes at the least, and deliveryLatencyUs\.p99 wants 3,000/);
  assert.doesNotMatch(p99(3_000), /wants/);
});
