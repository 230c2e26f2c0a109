import type { Direction } from "../../transports/dissect/dissector.ts";
import { type Http1Events, readHttp1, statusOf } from "../../transports/dissect/http1.ts";
import { HTTP2_HEADER, readHttp2 } from "../../transports/dissect/http2-frames.ts";
import { readPrefixed } from "../../transports/dissect/length-prefix.ts";
import type { Consume } from "../../transports/dissect/reader.ts";
import { readFrames } from "../../transports/dissect/websocket-frames.ts";
import { remainingLength } from "../../transports/mqtt/dissect.ts";

/** Something a protocol has a name for, where it begins in the bytes of one direction. */
export interface Unit {
  readonly start: number;
  readonly name: string;
  /** What a WebSocket client masked. */
  readonly mask?: { readonly start: number; readonly length: number; readonly key: Buffer };
  /** A compressed block of HTTP/2 header fields (RFC 7541). */
  readonly fields?: { readonly start: number; readonly length: number };
}

/** Reads the units of one direction and tells each as it is read; places count from where it begins. */
export type Naming = (direction: Direction, on: (found: Omit<Unit, "start">) => void) => Consume;

/** HTTP/1.1 by its start lines, and after an upgrade WebSocket by its frames. */
export const nameHttp1: Naming = (direction, on) => {
  let upgraded = false;
  const events: Http1Events = {
    head: (head) => {
      on({ name: head.startLine.replace(/^HTTP\/1\.1 | HTTP\/1\.1$/g, "").replace(/\?.*/, "?...") });
      upgraded = direction === "in" ? head.headers.get("upgrade") === "websocket" : statusOf(head) === 101;
    },
    content: (before) => {
      if (before > 0) on({ name: "chunk" });
    },
    ended: (length) => {
      if (length > 0) on({ name: "last chunk" });
    },
  };
  const http = readHttp1(direction === "in" ? "request" : "response", events);
  const frames: Consume = (bytes) =>
    readFrames(direction === "in", ({ opcode, headerLength, payload }) => {
      const key = bytes.subarray(headerLength - 4, headerLength);
      const masked = direction === "in" && payload.length > 0;
      on({
        name: `${opcode} frame`,
        ...(masked ? { mask: { start: headerLength, length: payload.length, key } } : {}),
      });
    })(bytes);
  return (bytes) => (upgraded ? frames(bytes) : http(bytes));
};

export const nameHttp2: Naming = (direction, on) =>
  readHttp2(direction === "in" ? "client" : "server", {
    preface: () => on({ name: "preface" }),
    frame: ({ type, flags, payload }) => {
      const isFields = type === "HEADERS" || type === "CONTINUATION";
      const acknowledges = (type === "SETTINGS" || type === "PING") && (flags & 1) !== 0;
      on({
        name: acknowledges ? `${type} ack` : type,
        ...(isFields ? { fields: { start: HTTP2_HEADER, length: payload.length } } : {}),
      });
    },
  });

/** By type (MQTT 3.1.1, 2.2.1). */
const PACKETS = [
  "?",
  "CONNECT",
  "CONNACK",
  "PUBLISH",
  "PUBACK",
  "PUBREC",
  "PUBREL",
  "PUBCOMP",
  "SUBSCRIBE",
  "SUBACK",
  "UNSUBSCRIBE",
  "UNSUBACK",
  "PINGREQ",
  "PINGRESP",
  "DISCONNECT",
] as const;

export const nameMqtt: Naming = (_, on) => (bytes) => {
  const remaining = remainingLength(bytes);
  if (!remaining || bytes.length < remaining.end + remaining.value) return 0;
  const name = PACKETS[(bytes[0] ?? 0) >> 4] ?? "?";
  const topicAt = remaining.end + 2;
  const topic = () => bytes.toString("utf8", topicAt, topicAt + bytes.readUInt16BE(remaining.end));
  on({ name: name === "PUBLISH" ? `PUBLISH ${topic()}` : name });
  return remaining.end + remaining.value;
};

/** The floor's texts behind their length in four bytes. */
export const namePrefixed: Naming = (_, on) => readPrefixed({ bytes: 4 }, () => on({ name: "message" }));
