import type { JourneySegment } from "../../harness/result/result.ts";

export type JourneyPart = JourneySegment["spans"][number][2];

/** Every part with its letter, for where colour can't tell, and what it is. The order is that of legends and of counts. */
export const PARTS: Readonly<Record<JourneyPart, { readonly letter: string; readonly about: string }>> = {
  body: { letter: "B", about: "the notification's text" },
  envelope: { letter: "E", about: "the rest of the application's messages" },
  compressed: { letter: "C", about: "body and envelope in one, compressed" },
  framing: { letter: "F", about: "what the transport adds to carry messages" },
  handshake: { letter: "H", about: "opening, following, closing" },
  heartbeats: { letter: "K", about: "signs of life, empty polls" },
  unsettled: { letter: "U", about: "never answered, so its purpose is open" },
};

export interface PartBytes {
  readonly part: JourneyPart;
  readonly bytes: number;
}

/** Bytes by part, of parts that there are, in the legend's order. */
export function partsOf(segments: readonly JourneySegment[]): PartBytes[] {
  const sums = new Map<JourneyPart, number>();
  for (const [, length, part] of segments.flatMap(({ spans }) => spans))
    sums.set(part, (sums.get(part) ?? 0) + length);
  const order = Object.keys(PARTS) as JourneyPart[];
  return order.flatMap((part) => {
    const bytes = sums.get(part) ?? 0;
    return bytes > 0 ? [{ part, bytes }] : [];
  });
}
