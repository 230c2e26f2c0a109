import type { Hub } from "../../core/hub.ts";
import { json } from "../codec/codec.ts";
import { toHttpError } from "../http/errors.ts";
import type { Chunk } from "../http/stream-peer.ts";
import { serveStreams } from "../http/streams/server.ts";
import type { ServeOptions, TransportServer } from "../port/transport.ts";
import { MEDIA_TYPE } from "./lines.ts";

interface Line extends Chunk {
  readonly line: Buffer;
}

const ALIVE = toLine('{"kind":"alive"}');

// A proxy that gathers an answer before it passes it on would hold back all of it.
const HEAD = { "content-type": MEDIA_TYPE, "cache-control": "no-store", "x-accel-buffering": "no" };

/** GET /stream is answered with a line an event. */
export function serve(hub: Hub, options: ServeOptions | undefined): Promise<TransportServer> {
  return serveStreams<Line>(hub, options, {
    path: "/stream",
    open: async (_, response) => {
      response.writeHead(200, HEAD);
      return ({ line }) => void response.write(line);
    },
    ping: ALIVE,
    aliveEvent: ALIVE,
    welcome: (_, text) => toLine(`{"kind":"welcome",${text.slice(1)}`),
    event: (event) => toLine(json.encode(event)),
    last: (reason) => toLine(JSON.stringify({ kind: "closed", ...toHttpError(reason).body })),
  });
}

function toLine(text: string): Line {
  const line = Buffer.from(`${text}\n`);
  return { line, bytes: line.length, units: line.length };
}
