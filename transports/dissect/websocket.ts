import { LabError } from "../../core/errors.ts";
import { carrierPart, type Direction, type Dissector, type Part, type Span } from "./dissector.ts";
import { type Head, readHttp1, statusOf } from "./http1.ts";
import { Inflater } from "./inflate.ts";
import { Outline } from "./outline.ts";
import { type Consume, createDissector, type Lane } from "./reader.ts";
import { type Frame, readFrames } from "./websocket-frames.ts";

/** The parts of one message, inflated where it was compressed; their lengths add up to its own. */
export type SplitMessage = (direction: Direction, message: Buffer) => Span[];

/** By opcode (RFC 6455, 5.6); a transport sends no messages with an opcode that is absent. */
export interface MessageSplits {
  readonly text?: SplitMessage;
  readonly binary?: SplitMessage;
}

/**
 * Dissects a WebSocket connection (RFC 6455) from its HTTP upgrade on. Of a compressed message (RFC 7692) the text is looked at to
 * tell what kind it is, but its bytes can't be told apart: they are `compressed`.
 */
export function dissectWebSocket(splits: MessageSplits): Dissector {
  let upgraded: Head | undefined;
  const lane = (direction: Direction): Lane => {
    const outline = new Outline();
    const http = readHttp1(direction === "in" ? "request" : "response", {
      head: (head) => {
        outline.add("handshake", head.length);
        if (direction === "out" && statusOf(head) === 101) upgraded = head;
      },
      content: (before, content, after) => outline.add("handshake", before + content.length + after),
      ended: (length) => outline.add("handshake", length),
    });
    let frames: Consume | undefined;
    return {
      outline,
      consume: (bytes) => {
        if (!upgraded) return http(bytes);
        frames ??= readMessages(direction, outline, inflaterOf(direction, upgraded), splits);
        return frames(bytes);
      },
    };
  };
  return createDissector({ in: lane("in"), out: lane("out") });
}

/** Undefined when the two have not agreed to compress. */
function inflaterOf(direction: Direction, { headers }: Head): Inflater | undefined {
  const extensions = headers.get("sec-websocket-extensions") ?? "";
  if (!extensions.includes("permessage-deflate")) return undefined;
  const sender = direction === "in" ? "client" : "server";
  return new Inflater(!extensions.includes(`${sender}_no_context_takeover`));
}

function readMessages(
  direction: Direction,
  outline: Outline,
  inflater: Inflater | undefined,
  splits: MessageSplits,
): Consume {
  let split: SplitMessage = () => [];
  let pieces: Buffer[] = [];
  let compressed = false;
  let settleEmpty: ((part: Part) => void)[] = [];

  const complete = () => {
    const payload = Buffer.concat(pieces);
    const spans = compressed ? splitCompressed(payload) : split(direction, payload);
    outline.fill(spans);
    for (const settle of settleEmpty) settle(carrierPart(spans));
    pieces = [];
    settleEmpty = [];
  };
  const splitCompressed = (payload: Buffer): Span[] => {
    if (!inflater)
      throw new LabError("malformed", "a compressed message on a connection that agreed on none");
    const part = carrierPart(split(direction, inflater.inflate(payload)));
    return [{ part: part === "framing" ? "compressed" : part, length: payload.length }];
  };
  const data = ({ fin, headerLength, payload }: Frame) => {
    if (payload.length > 0) outline.frame(headerLength, payload.length);
    else settleEmpty.push(outline.hold(headerLength));
    pieces.push(payload);
    if (fin) complete();
  };

  return readFrames(direction === "in", (frame) => {
    const length = frame.headerLength + frame.payload.length;
    switch (frame.opcode) {
      case "ping":
      case "pong":
        outline.add("heartbeats", length);
        break;
      case "close":
        outline.add("handshake", length);
        break;
      case "text":
      case "binary": {
        const known = splits[frame.opcode];
        if (!known)
          throw new LabError("malformed", `a ${frame.opcode} message, which this transport doesn't use`);
        if (pieces.length > 0) throw new LabError("malformed", "a message begins within another");
        split = known;
        compressed = frame.compressed;
        data(frame);
        break;
      }
      case "continuation":
        if (pieces.length === 0) throw new LabError("malformed", "a message goes on that has not begun");
        data(frame);
        break;
    }
  });
}
