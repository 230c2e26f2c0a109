import assert from "node:assert/strict";
import { deflateSync } from "node:zlib";
import { build, encodeIntoCompressedBase64 } from "hdr-histogram-js";
import { describe, test } from "vitest";
import { mergeLatencies } from "../../measurement/histogram.ts";
import { LatencyRecorder } from "../../measurement/latency-recorder.ts";
import { isBoundedHistogram } from "./histogram-bounds.ts";
import { hostileHistograms } from "./hostile-histograms.test-fixture.ts";

describe("a histogram of the lab's own is within bounds", () => {
  test("with nothing, one, many and the highest of values in it", () => {
    const recorder = new LatencyRecorder();
    recorder.record(-1);
    assert.ok(isKeptBounded(recorder));
    recorder.record(1);
    assert.ok(isKeptBounded(recorder));
    recorder.record(1e12);
    assert.ok(isKeptBounded(recorder));
    for (let value = 0; value < 3_600_000_000; value += 1 + value / 1_000) recorder.record(value);
    assert.ok(isKeptBounded(recorder));
  });

  test("also with a count in every place that it has", () => {
    const full = build({
      lowestDiscernibleValue: 1,
      highestTrackableValue: 3.6e9,
      numberOfSignificantValueDigits: 3,
    });
    for (let value = 0; value <= 3.6e9; value += Math.max(1, 2 ** (Math.floor(Math.log2(value)) - 10)))
      full.recordValueWithCount(value, 1 + ((value * 2_654_435_761) % 2_147_483_647));
    assert.ok(isBoundedHistogram(encodeIntoCompressedBase64(full)));
  });
});

test.each(["", "HISTFAAAAB", "not base64 at all", "AAAA", deflateSync("x").toString("base64")])(
  "%j, which is found to be none at once, may stand",
  (text) => assert.ok(isBoundedHistogram(text)),
);

test.each(Object.entries(hostileHistograms()))("%s is refused", (_, text) => {
  assert.ok(!isBoundedHistogram(text));
});

function isKeptBounded(recorder: LatencyRecorder): boolean {
  return isBoundedHistogram(mergeLatencies([recorder.read()], 1)?.histogram ?? "");
}
