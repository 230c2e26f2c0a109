import assert from "node:assert/strict";
import { deflateSync } from "node:zlib";
import { build, encodeIntoCompressedBase64 } from "hdr-histogram-js";
import { describe, test } from "vitest";
import { LatencyRecorder } from "../../measurement/histogram.ts";
import { isBoundedHistogram } from "./histogram-bounds.ts";
import { hostileHistograms } from "./hostile-histograms.test-fixture.ts";

describe("a histogram of the lab's own is within bounds", () => {
  test("with nothing, one, many and the highest of values in it", () => {
    const recorder = new LatencyRecorder();
    assert.ok(isBoundedHistogram(recorder.encode().histogram));
    recorder.record(1);
    assert.ok(isBoundedHistogram(recorder.encode().histogram));
    recorder.record(1e12);
    assert.ok(isBoundedHistogram(recorder.encode().histogram));
    for (let value = 0; value < 3_600_000_000; value += 1 + value / 1_000) recorder.record(value);
    assert.ok(isBoundedHistogram(recorder.encode().histogram));
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
