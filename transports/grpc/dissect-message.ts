import { LabError } from "../../core/errors.ts";
import type { Direction, IsBody, Span } from "../dissect/dissector.ts";

/** Field numbers of notif.proto; the test holds them against the generated code. */
const OPERATION = { ref: 1, subscribe: 2, publish: 3, read: 4, ping: 5 } as const;
const MESSAGE = {
  welcome: 1,
  notification: 2,
  receipt: 3,
  subscribed: 4,
  accepted: 5,
  done: 6,
  failure: 7,
} as const;
const PUBLISH_BODY = 2;
const NOTIFICATION_BODY = 5;

/** One field of a protobuf message, where it stands in the bytes. */
interface Field {
  readonly number: number;
  /** Of its value, behind tag and length. */
  readonly start: number;
  readonly end: number;
}

/**
 * The parts of one ClientMessage or ServerMessage. A ping and its answer, which has the number 0, are heartbeats. Throws `malformed`
 * for what is none, and for a body that nobody published.
 */
export function splitMessage(direction: Direction, bytes: Buffer, isBody: IsBody): Span[] {
  const fields = [...fieldsOf(bytes, 0, bytes.length)];
  const content = fields.find(({ number }) => direction === "out" || number !== OPERATION.ref);
  if (!content) throw new LabError("malformed", "a message of nothing");
  const { number } = content;
  const all = (part: Span["part"]): Span[] => [{ part, length: bytes.length }];
  if (direction === "in") {
    if (number === OPERATION.subscribe) return all("handshake");
    if (number === OPERATION.ping) return all("heartbeats");
    if (number === OPERATION.publish) return splitBody(bytes, content, PUBLISH_BODY, isBody);
    if (number === OPERATION.read) return all("envelope");
  } else {
    if (number === MESSAGE.welcome || number === MESSAGE.subscribed) return all("handshake");
    if (number === MESSAGE.notification) return splitBody(bytes, content, NOTIFICATION_BODY, isBody);
    // A field of the default value is left out, so the answer to number 0 is empty.
    if (number === MESSAGE.done && content.start === content.end) return all("heartbeats");
    if (number <= MESSAGE.failure) return all("envelope");
  }
  throw new LabError("malformed", `a message of an unknown kind (${number})`);
}

/** The parts of one Publish, as it is called over gRPC-Web. Throws `malformed` for a body that nobody published. */
export function splitPublish(bytes: Buffer, isBody: IsBody): Span[] {
  return splitBody(bytes, { number: 0, start: 0, end: bytes.length }, PUBLISH_BODY, isBody);
}

function splitBody(bytes: Buffer, within: Field, number: number, isBody: IsBody): Span[] {
  for (const field of fieldsOf(bytes, within.start, within.end)) {
    if (field.number !== number) continue;
    const { start, end } = field;
    const body = bytes.toString("utf8", start, end);
    if (!isBody(body)) throw new LabError("malformed", `a body that nobody published: ${body.slice(0, 40)}`);
    return [
      { part: "envelope", length: start },
      { part: "body", length: end - start },
      { part: "envelope", length: bytes.length - end },
    ];
  }
  // An empty body is left out.
  return [{ part: "envelope", length: bytes.length }];
}

/** Protocol Buffers encoding: a tag of number and wire type, then a varint (0), 8 bytes (1), a length and bytes (2), or 4 bytes (5). */
function* fieldsOf(bytes: Buffer, from: number, to: number): Generator<Field> {
  for (let at = from; at < to; ) {
    const tag = varint(bytes, at, to);
    const number = tag.value >>> 3;
    const { start, end } = extent(bytes, tag.value & 7, tag.end, to);
    if (number === 0 || end > to) throw notProtobuf();
    yield { number, start, end };
    at = end;
  }
}

function extent(bytes: Buffer, wireType: number, at: number, to: number): { start: number; end: number } {
  switch (wireType) {
    case 0:
      return { start: at, end: varint(bytes, at, to).end };
    case 1:
      return { start: at, end: at + 8 };
    case 2: {
      const length = varint(bytes, at, to);
      return { start: length.end, end: length.end + length.value };
    }
    case 5:
      return { start: at, end: at + 4 };
    default:
      throw notProtobuf();
  }
}

function varint(bytes: Buffer, from: number, to: number): { value: number; end: number } {
  let value = 0;
  for (let at = from; at < to && at < from + 10; at += 1) {
    const byte = bytes[at] ?? 0;
    value += (byte & 0x7f) * 2 ** (7 * (at - from));
    if (byte < 0x80) return { value, end: at + 1 };
  }
  throw notProtobuf();
}

function notProtobuf(): LabError {
  return new LabError("malformed", "not a protobuf message");
}
