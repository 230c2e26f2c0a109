import assert from "node:assert/strict";
import { test } from "vitest";
import { createRandom } from "../../core/random.ts";
import { mergeWindows, WindowSeries, windowQuantile } from "./window-series.ts";

test("a quantile is within 1 % of the exact one, from microseconds to half an hour", () => {
  const random = createRandom(3);
  for (const scale of [30, 1_000, 50_000, 1e8]) {
    const series = new WindowSeries(1e6, 1);
    const values = Array.from({ length: 5_001 }, () => scale * Math.exp(2 * random()));
    for (const value of values) series.record(0, value);
    values.sort((a, b) => a - b);
    for (const quantile of [0.5, 0.9, 0.99]) {
      const exact = values[Math.ceil(quantile * values.length) - 1] ?? 0;
      const found = windowQuantile(series.window(0), quantile) ?? 0;
      assert.ok(Math.abs(found / exact - 1) < 0.01, `${found} for ${exact}`);
    }
    assert.equal(series.window(0).maxUs, values.at(-1));
  }
});

test("each interval holds what was seen in it, and the last one all that came later", () => {
  const series = new WindowSeries(1_000, 3);
  for (const [at, latency] of [
    [0, 10],
    [999, 20],
    [1_000, 30],
    [2_500, 40],
    [9_999, 50],
  ] as const)
    series.record(at, latency);
  assert.deepEqual(
    series.windows().map((window) => [window.count, window.maxUs]),
    [
      [2, 20],
      [1, 30],
      [2, 50],
    ],
  );
});

test("what several processes saw adds up to what one would have seen", () => {
  const random = createRandom(4);
  const parts = [new WindowSeries(1e6, 1), new WindowSeries(1e6, 1)];
  const whole = new WindowSeries(1e6, 1);
  for (let index = 0; index < 2_000; index += 1) {
    const latency = 5_000 * random();
    parts[index % 2]?.record(0, latency);
    whole.record(0, latency);
  }
  assert.deepEqual(mergeWindows(parts.map((part) => part.window(0))), whole.window(0));
});

test("an empty interval has no quantile", () => {
  assert.equal(windowQuantile(new WindowSeries(1_000, 5).window(3), 0.5), undefined);
  assert.deepEqual(mergeWindows([]), { count: 0, maxUs: 0, buckets: new Uint32Array(0) });
});
