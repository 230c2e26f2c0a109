import assert from "node:assert/strict";
import { test } from "vitest";
import { aboveEmpty, type MemoryStep, slopeOf } from "./memory-slope.ts";

const steps = (of: (connections: number) => number): MemoryStep[] =>
  [0, 100, 200, 300, 400, 500].map((connections) => ({
    connections,
    rssBytes: of(connections),
    heapAndExternalBytes: 1_000,
  }));

test("memory above the empty server is what connections and traffic added, whatever the steps between", () => {
  const taken = steps((n) => 50_000_000 + 1_000 * n);
  assert.equal(aboveEmpty(taken, 56_000_000), 6_000_000);
  assert.equal(aboveEmpty(taken, 49_000_000), -1_000_000);
  assert.equal(aboveEmpty(taken.slice(1), 56_000_000), undefined);
});

test("a straight line is found to the byte, whatever it starts from", () => {
  assert.deepEqual(
    slopeOf(
      steps((n) => 50e6 + 16_384 * n),
      "rssBytes",
    ),
    { bytesPerConnection: 16_384, r2: 1 },
  );
});

test("memory that does not grow has no slope, and that is certain", () => {
  assert.deepEqual(
    slopeOf(
      steps(() => 1),
      "heapAndExternalBytes",
    ),
    { bytesPerConnection: 0, r2: 1 },
  );
});

test("a worked example: Anscombe's first set", () => {
  const x = [10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5];
  const y = [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68];
  const set = x.map((connections, index) => ({
    connections,
    rssBytes: y[index] ?? 0,
    heapAndExternalBytes: 0,
  }));
  const slope = slopeOf(set, "rssBytes");
  assert.ok(slope);
  assert.ok(Math.abs(slope.bytesPerConnection - 0.5001) < 1e-4, String(slope.bytesPerConnection));
  assert.ok(Math.abs(slope.r2 - 0.6665) < 1e-4, String(slope.r2));
});

test("noise as large as the growth shows in R2", () => {
  const jagged = slopeOf(
    steps((n) => n + (n % 200 === 0 ? 0 : 400)),
    "rssBytes",
  );
  assert.ok(jagged && jagged.r2 < 0.9);
});

test("two steps, or steps of one size, make no line", () => {
  assert.equal(slopeOf(steps((n) => n).slice(0, 2), "rssBytes"), undefined);
  assert.equal(
    slopeOf(
      steps((n) => n).map((one) => ({ ...one, connections: 7 })),
      "rssBytes",
    ),
    undefined,
  );
});
