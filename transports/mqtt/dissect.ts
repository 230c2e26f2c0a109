import { LabError } from "../../core/errors.ts";
import { JSON_NOTATION, type Notation, splitDialogue } from "../dissect/dialogue.ts";
import type { Direction, DissectorFactory, IsBody, Part, Span } from "../dissect/dissector.ts";
import { excerpt } from "../dissect/json.ts";
import { MSGPACK_NOTATION } from "../dissect/msgpack.ts";
import { Outline } from "../dissect/outline.ts";
import { type Consume, createDissector, type Lane } from "../dissect/reader.ts";
import { dissectWebSocket } from "../dissect/websocket.ts";

const MAX_LENGTH_BYTES = 4;

/** What is said of a whole packet, by its type (MQTT 3.1.1, 2.2.1), where it is not a PUBLISH. */
const PARTS: Readonly<Record<number, Part>> = {
  1: "handshake", // CONNECT
  2: "handshake", // CONNACK
  4: "framing", // PUBACK
  5: "framing", // PUBREC
  6: "framing", // PUBREL
  7: "framing", // PUBCOMP
  8: "handshake", // SUBSCRIBE
  9: "handshake", // SUBACK
  10: "handshake", // UNSUBSCRIBE
  11: "handshake", // UNSUBACK
  12: "heartbeats", // PINGREQ
  13: "heartbeats", // PINGRESP
  14: "handshake", // DISCONNECT
};
const PUBLISH = 3;
/** Where clients publish their requests, and where the answers come. */
const DIALOGUE = /^(request|reply)(\/|$)/;
/** Where a broker of another make lets clients in. */
const LOGIN = /^(token|login)\//;

/** Events are the payloads of PUBLISH packets on their channel's topic, requests and answers those on topics of their own. */
const dissectIn =
  (notation: Notation): DissectorFactory =>
  (isBody) => {
    const split: Split = (direction, topic, payload) =>
      splitPayload(direction, topic, payload, isBody, notation);
    const lane = (direction: Direction): Lane => {
      const outline = new Outline();
      return { outline, consume: readPackets(direction, outline, split) };
    };
    return createDissector({ in: lane("in"), out: lane("out") });
  };

export const dissect = dissectIn(JSON_NOTATION);

/** The same with MessagePack in them. */
export const dissectMsgpack = dissectIn(MSGPACK_NOTATION);

/** Whole packets in binary messages, as the lab's clients and server send them: none is cut across messages. */
export const dissectWs: DissectorFactory = (isBody) => {
  const split: Split = (direction, topic, payload) =>
    splitPayload(direction, topic, payload, isBody, JSON_NOTATION);
  return dissectWebSocket({ binary: (direction, message) => splitMessage(direction, message, split) });
};

function splitMessage(direction: Direction, message: Buffer, split: Split): Span[] {
  const outline = new Outline();
  const consume = readPackets(direction, outline, split);
  for (let at = 0; at < message.length; ) {
    const length = consume(message.subarray(at));
    if (length === 0) throw new LabError("malformed", "a message ends within an MQTT packet");
    at += length;
  }
  return outline.take();
}

type Split = (direction: Direction, topic: string, payload: Buffer) => Span[];

function readPackets(direction: Direction, outline: Outline, split: Split): Consume {
  return (bytes) => {
    const first = bytes[0] ?? 0;
    const type = first >> 4;
    const part = PARTS[type];
    // The first packet of a connection is CONNECT or its answer, so a stranger's bytes are soon told.
    if (!part && type !== PUBLISH) throw new LabError("malformed", `not an MQTT packet: ${excerpt(bytes)}`);
    if (type !== PUBLISH && (first & 0x0f) !== (type === 6 || type === 8 || type === 10 ? 2 : 0))
      throw new LabError("malformed", `reserved flags of an MQTT packet are set: ${excerpt(bytes)}`);
    const remaining = remainingLength(bytes);
    if (!remaining || bytes.length < remaining.end + remaining.value) return 0;
    const packet = bytes.subarray(0, remaining.end + remaining.value);
    if (part) outline.add(part, packet.length);
    else layPublish(direction, outline, packet, remaining.end, split);
    return packet.length;
  };
}

/** Topic, packet identifier unless the quality of service is 0, payload (3.3). */
function layPublish(
  direction: Direction,
  outline: Outline,
  packet: Buffer,
  start: number,
  split: Split,
): void {
  const qos = ((packet[0] ?? 0) >> 1) & 3;
  const topicEnd = start + 2 < packet.length ? start + 2 + packet.readUInt16BE(start) : packet.length + 1;
  const header = topicEnd + (qos === 0 ? 0 : 2);
  if (qos === 3 || header >= packet.length)
    throw new LabError("malformed", `not a PUBLISH of this transport: ${excerpt(packet)}`);
  const topic = packet.toString("utf8", start + 2, topicEnd);
  const payload = packet.subarray(header);
  outline.frame(header, payload.length);
  outline.fill(split(direction, topic, payload));
}

function splitPayload(
  direction: Direction,
  topic: string,
  payload: Buffer,
  isBody: IsBody,
  notation: Notation,
): Span[] {
  if (LOGIN.test(topic)) return [{ part: "handshake", length: payload.length }];
  if (direction === "out" || DIALOGUE.test(topic)) return splitDialogue(direction, payload, isBody, notation);
  // From other people's clients, which publish a text on a channel's topic.
  if (!isBody(payload.toString())) throw new LabError("malformed", "a body that nobody published");
  return [{ part: "body", length: payload.length }];
}

/** 7 bits a byte, the lowest first (2.2.3); undefined while it is incomplete. */
export function remainingLength(bytes: Buffer): { value: number; end: number } | undefined {
  let value = 0;
  for (let index = 1; index <= MAX_LENGTH_BYTES; index += 1) {
    const byte = bytes[index];
    if (byte === undefined) return undefined;
    value += (byte & 0x7f) << (7 * (index - 1));
    if (byte < 0x80) return { value, end: index + 1 };
  }
  throw new LabError("malformed", `the length of an MQTT packet has at most ${MAX_LENGTH_BYTES} bytes`);
}
