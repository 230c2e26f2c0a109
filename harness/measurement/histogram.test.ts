import assert from "node:assert/strict";
import { build, encodeIntoCompressedBase64 } from "hdr-histogram-js";
import { test } from "vitest";
import { createRandom } from "../../core/random.ts";
import { mergeLatencies } from "./histogram.ts";
import { LatencyRecorder } from "./latency-recorder.ts";

test("quantiles agree with an exact sort to 0.1 %, also when merged from several processes", () => {
  const random = createRandom(2);
  const values = Array.from({ length: 30_000 }, () => Math.round(Math.exp(3 + 9 * random())));
  const parts = [new LatencyRecorder(), new LatencyRecorder(), new LatencyRecorder()];
  for (const [index, value] of values.entries()) parts[index % 3]?.record(value);
  const merged = mergeLatencies(
    parts.map((part) => part.read()),
    30_000,
  );
  assert.ok(merged);
  const sorted = [...values].sort((a, b) => a - b);
  const exact = (quantile: number) => sorted[Math.ceil(quantile * sorted.length) - 1] ?? Number.NaN;
  for (const [found, expected] of [
    [merged.p50, exact(0.5)],
    [merged.p90, exact(0.9)],
    [merged.p99, exact(0.99)],
    [merged.p999, exact(0.999)],
    [merged.max, exact(1)],
    [merged.min, exact(1 / sorted.length)],
    [merged.mean, values.reduce((sum, value) => sum + value, 0) / values.length],
  ] as const) {
    assert.ok(Math.abs(found / expected - 1) <= 0.001, `${found} against ${expected}`);
  }
  assert.equal(merged.count, 30_000);
});

test("what is kept loses nothing: merged once more it gives the same histogram text", () => {
  const recorder = new LatencyRecorder();
  for (const value of [0, 1, 1, 500, 1_000_000, 9e12]) recorder.record(value);
  const kept = mergeLatencies([recorder.read()], 6);
  assert.ok(kept);
  const merged = mergeLatencies([kept], 6);
  assert.equal(merged?.histogram, kept.histogram);
  assert.equal(merged?.min, 0);
});

test("negative latencies are counted, never recorded, and nothing at all is undefined", () => {
  const recorder = new LatencyRecorder();
  recorder.record(-1);
  const merged = mergeLatencies([recorder.read()], 1);
  assert.deepEqual([merged?.negative, merged?.count, merged?.max], [1, 0, 0]);
  assert.equal(mergeLatencies([new LatencyRecorder().read()], 0), undefined);
  assert.equal(mergeLatencies([], 0), undefined);
});

test("counts into the very buckets of the library", () => {
  const random = createRandom(8);
  const values = Array.from({ length: 20_000 }, () => Math.floor(2 ** (31.7 * random())));
  const recorder = new LatencyRecorder();
  const theirs = build({
    bitBucketSize: 32,
    autoResize: false,
    lowestDiscernibleValue: 1,
    highestTrackableValue: 3_600_000_000,
    numberOfSignificantValueDigits: 3,
    useWebAssembly: false,
  });
  for (const value of [...values, 0, 1, 2_047, 2_048, 2_049, 3_600_000_000]) {
    recorder.record(value);
    theirs.recordValue(value);
  }
  assert.equal(mergeLatencies([recorder.read()], 1)?.histogram, encodeIntoCompressedBase64(theirs));
});
