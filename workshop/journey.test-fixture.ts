import { type Journey, type JourneySegment, journeySchema } from "../harness/result/schema/journey.ts";

/** "publish a0 in": a step, a client with the number of its connection, and a direction. */
function segmentOf(turn: string, at: number): JourneySegment {
  const [step = "", who = "", direction = ""] = turn.split(" ");
  return {
    step: step as JourneySegment["step"],
    client: who.charAt(0) as JourneySegment["client"],
    connection: Number(who.slice(1)),
    direction: direction as JourneySegment["direction"],
    atUs: at * 100,
    length: 10,
    units: ["<frame>"],
    spans: [
      [0, 4, "body"],
      [4, 6, "framing"],
    ],
    bytes: "",
  };
}

function journeyOf(transport: string, turns: readonly string[]): Journey {
  const counts = { partsBytes: 0, relayBytes: 0, meterBytes: 0 };
  return journeySchema.parse({
    transport,
    body: "Deploy finished",
    segments: turns.map(segmentOf),
    checked: { in: counts, out: counts },
  });
}

/** Who says what and when, as these transports were seen to; 10 bytes each. */
export const ON_WEBSOCKET = journeyOf("websocket", [
  ...["a-connects a0 in", "a-connects a0 out", "b-connects b0 in", "b-connects b0 out"],
  ...["a-follows a0 in", "a-follows a0 out", "b-follows b0 in", "b-follows b0 out"],
  ...["publish a0 in", "publish b0 out", "publish a0 out", "read b0 in", "read a0 out", "read b0 out"],
  ...["close a0 in", "close a0 out", "close b0 in", "close b0 out"],
]);

export const ON_LONG_POLLING = journeyOf("long-polling", [
  ...["a-connects a0 in", "a-connects a0 out", "a-connects a0 in"],
  ...["b-connects b0 in", "b-connects b0 out", "b-connects b0 in"],
  ...["a-follows a1 in", "a-follows a1 out", "b-follows b1 in", "b-follows b1 out"],
  ...["publish a1 in", "publish b0 out", "publish a1 out", "publish b0 in"],
  ...["read b1 in", "read a0 out", "read b1 out", "read a0 in"],
  ...["close a1 in", "close a0 out", "close a1 out", "close b1 in", "close b0 out", "close b1 out"],
]);
