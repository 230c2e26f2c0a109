import { Buffer } from "node:buffer";
import type { Journey, JourneySegment } from "../result/schema/journey.ts";

/** The notification's own messages before those that only open and close. */
const FIRST: readonly JourneySegment["step"][] = ["publish", "read"];

/**
 * The journey with at most `mostBytes` recorded bytes in it, those of the notification's own messages first, then from the beginning on.
 * Lengths and spans stay whole, so that a reader sees what was cut.
 */
export function capped(journey: Journey, mostBytes: number): Journey {
  const order = [
    ...journey.segments.filter(({ step }) => FIRST.includes(step)),
    ...journey.segments.filter(({ step }) => !FIRST.includes(step)),
  ];
  const kept = new Map<JourneySegment, number>();
  let left = mostBytes;
  for (const segment of order) {
    const size = Math.min(left, segment.length);
    kept.set(segment, size);
    left -= size;
  }
  return { ...journey, segments: journey.segments.map((one) => cut(one, kept.get(one) ?? 0)) };
}

function cut({ masks, secrets, ...segment }: JourneySegment, size: number): JourneySegment {
  const shownMasks = masks?.filter(([start]) => start < size);
  const shownSecrets = secrets?.filter(([start]) => start < size);
  return {
    ...segment,
    bytes: Buffer.from(segment.bytes, "base64").toString("base64", 0, size),
    ...(shownMasks?.length ? { masks: shownMasks } : {}),
    ...(shownSecrets?.length ? { secrets: shownSecrets } : {}),
  };
}
