import { build, encodeIntoCompressedBase64 } from "hdr-histogram-js";
import { expect, test } from "vitest";
import { quantilesOf } from "./histogram.ts";
import { latencyOf } from "./results.test-fixture.ts";

test("quantiles are read from a trial's histogram within its three digits", () => {
  const counts = build({ numberOfSignificantValueDigits: 3 });
  for (let value = 1; value <= 10_000; value += 1) counts.recordValue(value);
  const latency = { ...latencyOf(1, 10_000), histogram: encodeIntoCompressedBase64(counts) };
  const [p50 = 0, p75 = 0, p99 = 0] = quantilesOf(latency, [2, 4, 100]) ?? [];
  for (const [found, exact] of [
    [p50, 5_000],
    [p75, 7_500],
    [p99, 9_900],
  ] as const)
    expect(Math.abs(found / exact - 1)).toBeLessThan(0.001);
});

test.each(["", "HISTFAAAAB", "not base64 at all", "A".repeat(300_000)])(
  "a histogram that can't be read gives nothing (%#)",
  (histogram) => {
    expect(quantilesOf({ ...latencyOf(1, 10_000), histogram }, [2])).toBeUndefined();
  },
);
