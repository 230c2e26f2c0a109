import assert from "node:assert/strict";
import { describe, test } from "vitest";
import type { TokenBucketReading } from "../processes/token-bucket.ts";
import { fullness, isFull, sharedLinkOf } from "./shared-link.ts";

const MBIT = 125_000;
const FRAME = 1_514;
const START_US = 9_000_000;

const reading = (
  atSeconds: number,
  segments: number,
  droppedSegments = 0,
  overlimits = 0,
): TokenBucketReading => ({
  atUs: START_US + atSeconds * 1_000_000,
  bytes: segments * FRAME,
  segments,
  droppedSegments,
  overlimits,
});

/** 25 frames passed before the measured time, 1,000 in it, which took 4 s, and 50 in the drain. */
const readings = {
  before: reading(0, 25, 2, 10),
  atEnd: reading(4, 1_025, 12, 700),
  after: reading(6, 1_075, 14, 750),
};

describe("what a shared link has counted", () => {
  test("is full to the share of the bandwidth that passed in the measured time; all else is until after the drain", () => {
    assert.deepEqual(sharedLinkOf({ sharedBytesPerSecond: 8 * MBIT }, readings), {
      // 1,514,000 of 4,000,000 bytes.
      utilization: 0.3785,
      bytes: 1_050 * FRAME,
      segments: 1_050,
      droppedSegments: 12,
      overlimits: 740,
    });
  });

  test("is 1 for a full pipe, with the burst on top of it", () => {
    const bandwidth = (1_000 * FRAME) / 4;
    assert.equal(sharedLinkOf({ sharedBytesPerSecond: bandwidth }, readings)?.utilization, 1);
    const burst = { ...readings, atEnd: reading(4, 1_027) };
    assert.equal(sharedLinkOf({ sharedBytesPerSecond: bandwidth }, burst)?.utilization, 1.002);
  });

  test("takes the time that the readings took, not the plan's", () => {
    const late = { ...readings, atEnd: { ...readings.atEnd, atUs: START_US + 5_000_000 } };
    assert.equal(sharedLinkOf({ sharedBytesPerSecond: 8 * MBIT }, late)?.utilization, 0.3028);
  });

  test("is nothing where the link isn't shared", () => {
    assert.equal(sharedLinkOf(undefined, undefined), undefined);
    assert.equal(sharedLinkOf({ sharedBytesPerSecond: MBIT }, undefined), undefined);
    assert.equal(sharedLinkOf({}, readings), undefined);
  });
});

test("a link is full at 90 % of its bandwidth, or when it drops 1 % of what came", () => {
  const link = { utilization: 0.5, bytes: 1, segments: 990, droppedSegments: 9, overlimits: 0 };
  assert.equal(isFull(link), false);
  assert.equal(isFull({ ...link, droppedSegments: 10 }), true);
  assert.equal(isFull({ ...link, utilization: 0.899 }), false);
  assert.equal(isFull({ ...link, utilization: 0.9 }), true);
  assert.equal(fullness({ ...link, droppedSegments: 10 }), "50 % full and dropped 10 of 1000 segments");
});
