import { LabError } from "../../core/errors.ts";
import {
  carrierPart,
  type Direction,
  type DissectorFactory,
  type IsBody,
  type Part,
} from "../dissect/dissector.ts";
import { HTTP2_HEADER, type Http2Frame, readHttp2, unpad } from "../dissect/http2-frames.ts";
import { readPrefixed } from "../dissect/length-prefix.ts";
import { Outline } from "../dissect/outline.ts";
import { createDissector, type Lane, Reader } from "../dissect/reader.ts";
import { splitMessage } from "./dissect-message.ts";

const PREFIX_BYTES = 5;

/** Parts of the frames that carry no message. The one call of a connection begins and ends with HEADERS. */
const PARTS: Readonly<Partial<Record<Http2Frame["type"], Part>>> = {
  HEADERS: "handshake",
  CONTINUATION: "handshake",
  SETTINGS: "handshake",
  PRIORITY: "handshake",
  RST_STREAM: "handshake",
  GOAWAY: "handshake",
  PING: "heartbeats",
};

/** One call on an HTTP/2 connection: a message may span DATA frames, and a DATA frame may hold several. */
export const dissect: DissectorFactory = (isBody) => {
  const carried = { in: 0, out: 0 };
  const lane = (direction: Direction): Lane => {
    const outline = new Outline();
    const messages = new Reader(readMessages(direction, outline, isBody));
    let stream: number | undefined;
    const data = (frame: Http2Frame) => {
      stream ??= frame.stream;
      if (frame.stream !== stream) throw new LabError("malformed", "a second call on the connection");
      const { before, data: content, after } = unpad(frame);
      // An empty one ends the stream.
      if (content.length === 0) return outline.add("handshake", HTTP2_HEADER + frame.payload.length);
      outline.frame(HTTP2_HEADER + before, content.length, after);
      carried[direction] += content.length;
      messages.push(content);
    };
    const flow = () => {
      // Before the other side has sent anything it can only be about the size of windows at the start.
      return carried[direction === "in" ? "out" : "in"] > 0 ? "framing" : "handshake";
    };
    const consume = readHttp2(direction === "in" ? "client" : "server", {
      preface: (length) => outline.add("handshake", length),
      frame: (frame) => {
        if (frame.type === "DATA") return data(frame);
        const part = frame.type === "WINDOW_UPDATE" ? flow() : PARTS[frame.type];
        if (!part) throw new LabError("malformed", `a frame that this transport doesn't use: ${frame.type}`);
        outline.add(part, HTTP2_HEADER + frame.payload.length);
      },
    });
    return { outline, consume };
  };
  return createDissector({ in: lane("in"), out: lane("out") });
};

/** Length-prefixed messages as gRPC over HTTP/2 has them: a flag, which is 0 for uncompressed, and the length. */
function readMessages(direction: Direction, outline: Outline, isBody: IsBody) {
  const check = ([flag]: Buffer) => {
    if (flag !== 0) throw new LabError("malformed", "a message that claims to be compressed");
  };
  return readPrefixed({ bytes: PREFIX_BYTES, check }, (message) => {
    const spans = splitMessage(direction, message, isBody);
    const part = carrierPart(spans);
    outline.fill([{ part, length: PREFIX_BYTES }, ...spans]);
  });
}
