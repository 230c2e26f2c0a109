import type { Journey, JourneySegment } from "../harness/result/result.ts";
import { partsOf } from "../reports/journey/parts.ts";
import { ownOf } from "../reports/journey/view.ts";
import type { JourneyCount } from "./lesson.ts";

/** What a journey has so many of. */
export function countIn(journey: Journey, counts: JourneyCount): number {
  const own = ownOf(journey);
  switch (counts) {
    case "messages":
      return own.length;
    case "bytes":
      return own.reduce((sum, { length }) => sum + length, 0);
    case "text":
      return partsOf(own).find(({ part }) => part === "body")?.bytes ?? 0;
    case "round trips":
      return answersIn(journey).filter((one) => own.includes(one)).length;
    case "opening":
      return answersIn(journey).filter((one) => !own.includes(one) && one.step !== "close").length;
  }
}

export function unitOfCount(counts: JourneyCount): "bytes" | "count" {
  return counts === "bytes" || counts === "text" ? "bytes" : "count";
}

/**
 * The messages that end a round trip: a connection's direction turns in them from what the client sends to what the server does. The question may be of an
 * earlier step, as a poll is that waits at the server.
 */
function answersIn({ segments }: Journey): JourneySegment[] {
  const last = new Map<string, JourneySegment["direction"]>();
  return segments.filter(({ client, connection, direction }) => {
    const key = `${client} ${connection}`;
    const turns = last.get(key) === "in" && direction === "out";
    last.set(key, direction);
    return turns;
  });
}
