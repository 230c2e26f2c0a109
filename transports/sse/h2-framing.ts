import type { Http2ServerResponse, ServerHttp2Stream } from "node:http2";
import { json } from "../codec/codec.ts";
import { toHttpError } from "../http/errors.ts";
import type { Chunk, StreamRequest } from "../http/stream-peer.ts";
import type { StreamProtocol } from "../http/streams/streams.ts";
import { type EventFields, eventText, RETRY_MS } from "./framing.ts";

interface Text extends Chunk {
  readonly content: Buffer;
}

/** What closes and is ended is the stream, and not the connection that others share. */
export interface StreamOverH2 extends StreamRequest {
  readonly response: Http2ServerResponse;
}

/** An event is made once, and written to each HTTP/2 stream, which frames it. */
export const eventStream: StreamProtocol<Text, StreamOverH2, ServerHttp2Stream> = {
  path: "/events",
  open: async ({ response }, stream) => {
    stream.respond({
      // What lets a page of another origin read it.
      ...response.getHeaders(),
      ":status": 200,
      "content-type": "text/event-stream",
      "cache-control": "private, no-cache, no-store, no-transform, must-revalidate, max-age=0",
      "x-accel-buffering": "no",
    });
    stream.write(`retry:${RETRY_MS}\n\n`);
    return ({ content }) => void stream.write(content);
  },
  ping: toText(":\n\n"),
  aliveEvent: encode({ event: "alive", data: "{}" }),
  welcome: (id, data) => encode({ event: "welcome", data, ...(id === undefined ? {} : { id }) }),
  event: (event) => encode({ id: event.id, data: json.encode(event) }),
  last: (reason) => encode({ event: "closed", data: JSON.stringify(toHttpError(reason).body) }),
};

function encode(fields: EventFields): Text {
  return toText(eventText(fields));
}

function toText(text: string): Text {
  const content = Buffer.from(text);
  return { content, bytes: content.length, units: content.length };
}
