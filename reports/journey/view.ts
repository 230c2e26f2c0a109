import type { Journey, JourneySegment } from "../../harness/result/result.ts";
import { counted, listed, plain } from "../prose/text.ts";
import { keptOf } from "./bytes.ts";
import { type JourneyPart, type PartBytes, partsOf } from "./parts.ts";

type Step = JourneySegment["step"];

const TITLES: Readonly<Record<Step, string>> = {
  "a-connects": "A connects",
  "b-connects": "B connects",
  "a-follows": "A follows its own channel",
  "b-follows": "B follows its own channel",
  publish: "A publishes to B",
  read: "B marks it as read",
  close: "both close",
};

/** One message of the diagram. */
export interface Arrow {
  readonly number: number;
  readonly segment: JourneySegment;
  /** What begins in it, in the protocol's words. */
  readonly name: string;
  /** Microseconds since the first byte of its step. */
  readonly sinceUs: number;
  readonly parts: readonly PartBytes[];
}

export interface Act {
  readonly title: string;
  /** About the notification, not the connection. */
  readonly own: boolean;
  readonly arrows: readonly Arrow[];
}

/** The journey by steps, its messages numbered from 1 by time. */
export function actsOf({ segments }: Journey): Act[] {
  const arrows = segments.map((segment, index): Arrow => {
    const first = segments.find(({ step }) => step === segment.step);
    return {
      number: index + 1,
      segment,
      name: nameOf(segment),
      sinceUs: segment.atUs - (first?.atUs ?? 0),
      parts: partsOf([segment]),
    };
  });
  const steps = [...new Set(segments.map(({ step }) => step))];
  return steps.map((step) => ({
    title: TITLES[step],
    own: isOwn(step),
    arrows: arrows.filter(({ segment }) => segment.step === step),
  }));
}

/** The segments from the publish to the receipt. */
export function ownOf({ segments }: Journey): JourneySegment[] {
  return segments.filter(({ step }) => isOwn(step));
}

function isOwn(step: Step): boolean {
  return step === "publish" || step === "read";
}

/** "A → server", with another arrow where there is none in the alphabet. */
export function routeOf({ client, direction }: JourneySegment, arrow = "→"): string {
  const name = client.toUpperCase();
  return direction === "in" ? `${name} ${arrow} server` : `server ${arrow} ${name}`;
}

/** What a reader has to know first. */
export function notesOf(journey: Journey): string[] {
  const { segments } = journey;
  const total = segments.reduce((sum, { length }) => sum + length, 0);
  const cut = total - segments.reduce((sum, one) => sum + keptOf(one), 0);
  const has = (part: JourneyPart) => partsOf(segments).some((one) => one.part === part);
  const http2 = segments.some(({ units }) => units.includes("preface"));
  const notes = [
    "Recorded between both clients and the server by relays in the same process, after each step until nothing moved: times tell the order, not how fast the transport is.",
  ];
  if (segments.some(({ connection }) => connection > 0))
    notes.push("#2 is a client's second connection, in the order it opened them.");
  if (segments.some(({ secrets }) => secrets))
    notes.push(
      http2
        ? "The block of header fields that holds a client's token is overwritten with as many asterisks: HPACK has compressed the token into it."
        : "Each client's token is overwritten with as many asterisks.",
    );
  if (segments.some(({ masks }) => masks))
    notes.push(
      "A WebSocket client masks what it sends (RFC 6455, 5.3): the hex is as sent, the text is without the mask.",
    );
  if (has("compressed"))
    notes.push(
      "Messages are compressed: body and envelope can't be told apart in these bytes, nor read as text.",
    );
  if (http2)
    notes.push("Messages are protobuf: texts stand in it as they are, field numbers and lengths as bytes.");
  if (partsOf(ownOf(journey)).some(({ part }) => part === "handshake"))
    notes.push(
      "A poll that was sent after the notification and still waited when both closed is handshake: the end of its session answered it.",
    );
  if (has("unsettled"))
    notes.push("Bytes that were still waiting for an answer at the end are counted as unsettled.");
  if (cut > 0)
    notes.push(
      `${counted(cut, "byte")} of ${total.toLocaleString("en-US")} are counted here but not kept, those of opening and closing first; "notif-lab explain ${journey.transport}" shows all.`,
    );
  return notes;
}

function nameOf({ units, connection }: JourneySegment): string {
  const counts = new Map<string, number>();
  for (const unit of units) counts.set(unit, (counts.get(unit) ?? 0) + 1);
  const names = [...counts].map(([name, count]) => (count > 1 ? `${count} x ${name}` : name));
  const text = names.length === 0 ? "bytes" : plain(listed(names));
  return connection === 0 ? text : `#${connection + 1} ${text}`;
}
