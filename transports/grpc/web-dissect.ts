import { LabError } from "../../core/errors.ts";
import type { DissectorFactory, IsBody, Span } from "../dissect/dissector.ts";
import { dissectHttp, type HttpMessage, type Verdict } from "../dissect/http-exchanges.ts";
import { routeOf, whole } from "../dissect/http-operations.ts";
import { readPrefixed } from "../dissect/length-prefix.ts";
import { Reader } from "../dissect/reader.ts";
import { splitMessage, splitPublish } from "./dissect-message.ts";
import { SERVICE } from "./web-framing.ts";

const PREFIX_BYTES = 5;
const call = (name: string) => `POST ${SERVICE}/${name}`;

/** The stream on one connection, the other calls on another. */
export const dissectWeb: DissectorFactory = (isBody) =>
  dissectHttp({
    request: (request) => verdictOn(routeOf(request), request, (content) => splitPublish(content, isBody)),
    response: (response, request) =>
      verdictOn(routeOf(request), response, (content) => [{ part: "envelope", length: content.length }]),
    stream: ({ headers }, request, fill) => {
      if (routeOf(request) !== call("Follow") || headers.has("grpc-status")) return undefined;
      const messages = new Reader(readStream(isBody, fill));
      return (content) => messages.push(content);
    },
  });

function verdictOn(route: string, message: HttpMessage, split: (content: Buffer) => Span[]): Verdict {
  switch (route) {
    case call("Follow"):
    case call("Subscribe"):
      return whole("handshake", message);
    case call("Alive"):
      return whole("heartbeats", message);
    case call("Publish"):
      return { head: "framing", content: splitFrames(message.content, split) };
    case call("Read"):
      return { head: "framing", content: splitFrames(message.content, asEnvelope) };
    default:
      throw new LabError("malformed", `not a call of this transport: ${route}`);
  }
}

const asEnvelope = (content: Buffer): Span[] => [{ part: "envelope", length: content.length }];

/** Whole frames; those with trailers are framing. */
function splitFrames(content: Buffer, split: (message: Buffer) => Span[]): Span[] {
  const spans: Span[] = [];
  for (let at = 0; at < content.length; ) {
    if (content.length - at < PREFIX_BYTES)
      throw new LabError("malformed", "a frame of gRPC-Web is cut short");
    const length = content.readUInt32BE(at + 1);
    const message = content.subarray(at + PREFIX_BYTES, at + PREFIX_BYTES + length);
    if (message.length < length) throw new LabError("malformed", "a frame of gRPC-Web is cut short");
    spans.push({ part: "framing", length: PREFIX_BYTES });
    if (content[at] === 0) spans.push(...split(message));
    else spans.push({ part: "framing", length });
    at += PREFIX_BYTES + length;
  }
  return spans;
}

function readStream(isBody: IsBody, fill: (spans: readonly Span[]) => void) {
  let flag = 0;
  const check = ([first = 0]: Buffer) => {
    flag = first;
    if (flag !== 0 && flag !== 0x80) throw new LabError("malformed", "not a frame of gRPC-Web");
  };
  return readPrefixed({ bytes: PREFIX_BYTES, check }, (message) => {
    if (flag === 0x80) fill([{ part: "handshake", length: PREFIX_BYTES + message.length }]);
    else {
      const spans = splitMessage("out", message, isBody);
      const [only] = spans;
      const alone = spans.length === 1 && only && only.part !== "envelope" ? only.part : "framing";
      fill([{ part: alone, length: PREFIX_BYTES }, ...spans]);
    }
  });
}
