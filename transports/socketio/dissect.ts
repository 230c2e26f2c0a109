import { LabError } from "../../core/errors.ts";
import { msgpack } from "../codec/msgpack.ts";
import {
  carrierPart,
  type Direction,
  type DissectorFactory,
  type IsBody,
  type Part,
  type Span,
} from "../dissect/dissector.ts";
import { dissectHttp, type HttpMessage, type Verdict } from "../dissect/http-exchanges.ts";
import { whole } from "../dissect/http-operations.ts";
import { excerpt, parseJson, splitJson } from "../dissect/json.ts";
import { splitMsgpack } from "../dissect/msgpack.ts";
import { dissectWebSocket } from "../dissect/websocket.ts";
import { isObject, isSubscribeResult } from "../session/envelope.ts";
import { PacketType } from "./packet.ts";

/** Between the packets of one payload (Engine.IO 4, HTTP long-polling). */
const SEPARATOR = 0x1e;

/** One Engine.IO packet in each WebSocket message. */
export const dissect: DissectorFactory = (isBody) =>
  dissectWebSocket({ text: (direction, text) => splitPacket(direction, text, isBody) });

/** Engine.IO's own packets in texts, and each of its messages, a map of MessagePack, alone in a binary message. */
export const dissectMsgpack: DissectorFactory = (isBody) =>
  dissectWebSocket({
    text: (_, text) => splitControl(text),
    binary: (direction, bytes) => splitMap(direction, bytes, isBody),
  });

/** Any number of Engine.IO packets in each POST, and in the response to each GET, which is for what it brings. */
export const dissectPolling: DissectorFactory = (isBody) =>
  dissectHttp({
    request: (request) => {
      if (!isSession(request)) return whole("handshake", request);
      return isPoll(request) ? undefined : carriesPackets("in", request, isBody);
    },
    response: (response, request) => {
      if (!isSession(request)) return whole("handshake", response);
      // "ok" is Engine.IO's, not the application's.
      if (!isPoll(request)) return whole(carriesPackets("in", request, isBody).head, response);
      const verdict = carriesPackets("out", response, isBody);
      return { ...verdict, request: verdict.head };
    },
  });

/** Whether a request is of an open session; the one without an id opens it. */
function isSession({ head }: HttpMessage): boolean {
  const [, target = ""] = head.startLine.split(" ");
  if (!target.startsWith("/socket.io/?"))
    throw new LabError("malformed", `not a request of this transport: ${head.startLine}`);
  return new URLSearchParams(target.slice(target.indexOf("?"))).has("sid");
}

function isPoll({ head }: HttpMessage): boolean {
  return head.startLine.startsWith("GET ");
}

function carriesPackets(direction: Direction, { content }: HttpMessage, isBody: IsBody): Verdict {
  const packets: Span[][] = [];
  for (let from = 0; from <= content.length; ) {
    const at = content.indexOf(SEPARATOR, from);
    const end = at < 0 ? content.length : at;
    packets.push(splitPacket(direction, content.subarray(from, end), isBody));
    from = end + 1;
  }
  const head = carrierPart(packets.flat());
  const separator: Span = { part: head, length: 1 };
  return { head, content: packets.flatMap((spans, index) => (index === 0 ? spans : [separator, ...spans])) };
}

/** Engine.IO packet types: 0 open, 1 close, 2 ping, 3 pong, 4 message, 5 upgrade, 6 noop. */
function splitPacket(direction: Direction, packet: Buffer, isBody: IsBody): Span[] {
  if (String.fromCharCode(packet[0] ?? 0) !== "4") return splitControl(packet);
  const inner = splitInner(direction, packet.subarray(1), isBody);
  return inner ? [{ part: "framing", length: 1 }, ...inner] : all("handshake", packet);
}

/** An Engine.IO packet that is no message. */
function splitControl(packet: Buffer): Span[] {
  switch (String.fromCharCode(packet[0] ?? 0)) {
    case "0":
    case "1":
    case "5":
    case "6":
      return all("handshake", packet);
    case "2":
    case "3":
      if (packet.length === 1) return all("heartbeats", packet);
  }
  throw new LabError("malformed", `not an Engine.IO packet: ${excerpt(packet)}`);
}

/**
 * A Socket.IO packet: its type, then the number that an acknowledgement brings back, which is the protocol's own, then JSON.
 * Undefined for what is handshake altogether.
 */
function splitInner(direction: Direction, packet: Buffer, isBody: IsBody): Span[] | undefined {
  const [start, type] = /^([0-4])\d*/.exec(packet.toString("latin1", 0, 24)) ?? [];
  if (start === undefined) throw new LabError("malformed", `not a Socket.IO packet: ${excerpt(packet)}`);
  if (!carriesData(Number(type))) return undefined;
  const json = packet.subarray(start.length);
  const data = parseJson(json);
  if (!isMessage(direction, Number(type), data, packet)) return undefined;
  return [{ part: "framing", length: start.length }, ...splitJson(json, isBody, data)];
}

const DATA_KEY = Buffer.from("\xa4data", "latin1");

/** The same as a map of type, namespace, data and number: all but the data's value is framing. */
function splitMap(direction: Direction, packet: Buffer, isBody: IsBody): Span[] {
  const { type, data } = msgpack.parse(packet);
  if (!Object.values<unknown>(PacketType).includes(type))
    throw new LabError("malformed", `not a Socket.IO packet: ${excerpt(packet)}`);
  if (!carriesData(type) || !isMessage(direction, type, data, packet)) return all("handshake", packet);
  const value = msgpack.encode(data);
  const key = packet.indexOf(Buffer.concat([DATA_KEY, value]));
  if (key < 0) throw new LabError("malformed", `data that is written in an unknown way: ${excerpt(packet)}`);
  const start = key + DATA_KEY.length;
  return [
    { part: "framing", length: start },
    ...splitMsgpack(value, isBody, data.find(isObject) ?? null),
    { part: "framing", length: packet.length - start - value.length },
  ];
}

function carriesData(type: unknown): type is typeof PacketType.EVENT | typeof PacketType.ACK {
  return type === PacketType.EVENT || type === PacketType.ACK;
}

/** Whether such a packet is more than handshake; throws `malformed` for what this transport doesn't use. */
function isMessage(
  direction: Direction,
  type: number,
  data: unknown,
  packet: Buffer,
): data is readonly unknown[] {
  if (!Array.isArray(data)) throw new LabError("malformed", `a packet without arguments: ${excerpt(packet)}`);
  const [first]: readonly unknown[] = data;
  if (type === PacketType.ACK) return !isSubscribeResult(first);
  if (first === "subscribe" || first === "ended") return false;
  const known = direction === "in" ? first === "publish" || first === "read" : first === "event";
  if (!known) throw new LabError("malformed", `not an event of this transport: ${excerpt(packet)}`);
  return true;
}

function all(part: Part, packet: Buffer): Span[] {
  return [{ part, length: packet.length }];
}
