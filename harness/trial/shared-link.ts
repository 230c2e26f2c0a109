import type { Link } from "../../scenarios/link.ts";
import type { TokenBucketReading } from "../processes/token-bucket.ts";
import type { Metrics } from "../result/result.ts";

type SharedLink = NonNullable<Metrics["sharedLink"]>;

/** What the bucket had counted when the measured time began, when it was over, and after the drain. */
export interface SharedLinkReadings {
  readonly before: TokenBucketReading;
  readonly atEnd: TokenBucketReading;
  readonly after: TokenBucketReading;
}

/** Undefined where the link isn't shared. */
export function sharedLinkOf(
  link: Pick<Link, "sharedBytesPerSecond"> | undefined,
  readings: SharedLinkReadings | undefined,
): SharedLink | undefined {
  const bandwidth = link?.sharedBytesPerSecond;
  if (!readings || bandwidth === undefined) return undefined;
  const { before, atEnd, after } = readings;
  const seconds = (atEnd.atUs - before.atUs) / 1_000_000;
  return {
    utilization: (atEnd.bytes - before.bytes) / (bandwidth * seconds),
    bytes: after.bytes - before.bytes,
    segments: after.segments - before.segments,
    droppedSegments: after.droppedSegments - before.droppedSegments,
    overlimits: after.overlimits - before.overlimits,
  };
}

/** Limits beyond which the pipe that all clients share holds the deliveries up; docs/method.md gives the reason of each. */
const LINK_LIMITS = {
  /** Of its bandwidth in the measured time. */
  utilization: 0.9,
  /** Share of the segments that it dropped: then connections wait for retransmissions, and the pipe needn't be full all the time. */
  droppedShare: 0.01,
} as const;

/** Whether it has all that it can carry, or more. */
export function isFull(link: SharedLink): boolean {
  return link.utilization >= LINK_LIMITS.utilization || droppedShare(link) >= LINK_LIMITS.droppedShare;
}

/** `97 % full and dropped 3 of 900 segments`. */
export function fullness({ utilization, segments, droppedSegments }: SharedLink): string {
  return `${Math.round(utilization * 100)} % full and dropped ${droppedSegments} of ${segments + droppedSegments} segments`;
}

function droppedShare({ segments, droppedSegments }: SharedLink): number {
  return droppedSegments / Math.max(1, segments + droppedSegments);
}
