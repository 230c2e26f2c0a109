import { LabError } from "../../core/errors.ts";
import type { DissectorFactory, IsBody, Part } from "../dissect/dissector.ts";
import type { Verdict } from "../dissect/http-exchanges.ts";
import { splitOperation } from "../dissect/http-operations.ts";
import { HTTP2_HEADER, type Http2Frame, readHttp2, unpad } from "../dissect/http2-frames.ts";
import { type Flow, Outline } from "../dissect/outline.ts";
import { createDissector, type Lane, Reader } from "../dissect/reader.ts";
import { parseObject } from "../session/envelope.ts";
import { readEvents } from "./dissect.ts";

const END_STREAM = 0x01;

/** Parts of the frames that belong to no request. */
const PARTS: Readonly<Partial<Record<Http2Frame["type"], Part>>> = {
  SETTINGS: "handshake",
  PRIORITY: "handshake",
  RST_STREAM: "handshake",
  GOAWAY: "handshake",
  PING: "heartbeats",
};

/**
 * The streams of one HTTP/2 connection: the first is the event stream, one that is asked for without content is a heartbeat, and what the others
 * are for their contents say. Header blocks are compressed and not looked into.
 */
export const dissect: DissectorFactory = (isBody) => {
  const routes = new Map<number, string>();
  let eventStream: number | undefined;

  const requests = new Outline();
  const asked = new Exchanges(requests, (stream, content) => {
    const route = routeOf(content);
    routes.set(stream, route);
    return splitContent(route, content, isBody);
  });
  const responses = new Outline();
  const answered = new Exchanges(responses, (stream, content) => {
    const route = routes.get(stream);
    if (route === undefined) throw new LabError("malformed", "a response that nobody asked for");
    routes.delete(stream);
    return splitContent(route, content, isBody);
  });
  const events = new EventFlow(responses, isBody);
  const heartbeats = new Set<number>();

  const onRequest = (frame: Http2Frame): void => {
    if (frame.type === "HEADERS" && eventStream === undefined) eventStream = frame.stream;
    else if (frame.type === "HEADERS" && (frame.flags & END_STREAM) !== 0) heartbeats.add(frame.stream);
    if (frame.stream === eventStream) requests.add("handshake", lengthOf(frame));
    else if (heartbeats.has(frame.stream)) requests.add("heartbeats", lengthOf(frame));
    else asked.take(frame);
  };
  const onResponse = (frame: Http2Frame): void => {
    if (frame.stream === eventStream) events.take(frame);
    else if (heartbeats.has(frame.stream)) responses.add("heartbeats", lengthOf(frame));
    else if (routes.has(frame.stream)) answered.take(frame);
    else throw new LabError("malformed", "a response that nobody asked for");
  };
  const lane = (outline: Outline, role: "client" | "server", take: (frame: Http2Frame) => void): Lane => ({
    outline,
    consume: readHttp2(role, {
      preface: (length) => outline.add("handshake", length),
      frame: (frame) => {
        if (frame.type === "DATA" || frame.type === "HEADERS" || frame.type === "CONTINUATION") {
          take(frame);
          return;
        }
        const part = frame.type === "WINDOW_UPDATE" ? "framing" : PARTS[frame.type];
        if (!part) throw new LabError("malformed", `a frame that this transport doesn't use: ${frame.type}`);
        outline.add(part, lengthOf(frame));
      },
    }),
  });
  return createDissector({
    in: lane(requests, "client", onRequest),
    out: lane(responses, "server", onResponse),
  });
};

/** Messages of one direction, each whole before it is told what it is for. */
class Exchanges {
  readonly #outline: Outline;
  readonly #judge: (stream: number, content: Buffer) => Verdict;
  readonly #open = new Map<number, { flow: Flow; pieces: Buffer[]; settles: ((part: Part) => void)[] }>();

  constructor(outline: Outline, judge: (stream: number, content: Buffer) => Verdict) {
    this.#outline = outline;
    this.#judge = judge;
  }

  take(frame: Http2Frame): void {
    const { stream } = frame;
    const message = this.#open.get(stream) ?? { flow: this.#outline.flow(), pieces: [], settles: [] };
    this.#open.set(stream, message);
    const { before, data, after } = frame.type === "DATA" ? unpad(frame) : NO_DATA;
    if (data.length > 0) {
      message.flow.frame(HTTP2_HEADER + before, data.length, after);
      message.pieces.push(data);
    } else message.settles.push(this.#outline.hold(lengthOf(frame)));
    if (frame.type === "CONTINUATION" || (frame.flags & END_STREAM) === 0) return;
    this.#open.delete(stream);
    const { head, content } = this.#judge(stream, Buffer.concat(message.pieces));
    for (const settle of message.settles) settle(head);
    message.flow.fill(content);
  }
}

const NO_DATA = { before: 0, data: Buffer.alloc(0), after: 0 };

/** The answer that carries events; one that refuses them is JSON. */
class EventFlow {
  readonly #outline: Outline;
  readonly #flow: Flow;
  readonly #events: Reader;
  #refused = false;
  #begun = false;

  constructor(outline: Outline, isBody: IsBody) {
    this.#outline = outline;
    this.#flow = outline.flow();
    this.#events = new Reader(readEvents(isBody, (spans) => this.#flow.fill(spans)));
  }

  take(frame: Http2Frame): void {
    const { before, data, after } = frame.type === "DATA" ? unpad(frame) : NO_DATA;
    if (data.length === 0) {
      this.#outline.add("handshake", lengthOf(frame));
      return;
    }
    if (!this.#begun) this.#refused = data[0] === "{".charCodeAt(0);
    this.#begun = true;
    this.#flow.frame(HTTP2_HEADER + before, data.length, after);
    if (this.#refused) this.#flow.fill([{ part: "handshake", length: data.length }]);
    else this.#events.push(data);
  }
}

/** What is asked, by the content alone. */
function routeOf(content: Buffer): string {
  const fields = parseObject(content.toString());
  if (fields.body !== undefined) return "POST /publish";
  return fields.id !== undefined ? "POST /read" : "POST /subscribe";
}

function splitContent(route: string, content: Buffer, isBody: IsBody): Verdict {
  return splitOperation(
    route,
    { head: { startLine: route, headers: new Map(), length: 0 }, content },
    isBody,
  );
}

function lengthOf({ payload }: Http2Frame): number {
  return HTTP2_HEADER + payload.length;
}
