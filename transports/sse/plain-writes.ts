import type { Socket } from "node:net";
import { LabError } from "../../core/errors.ts";
import type { Chunk } from "../http/stream-peer.ts";
import { type EventFields, eventText, type Flavour, RETRY_MS } from "./framing.ts";

interface Framed extends Chunk {
  readonly frame: Buffer;
}

const HEAD = {
  "content-type": "text/event-stream",
  "cache-control": "private, no-cache, no-store, no-transform, must-revalidate, max-age=0",
  "x-accel-buffering": "no",
};

/**
 * Past better-sse and the response: an event becomes one chunk of the chunked coding (RFC 9112, 7.1) as response.write() would frame it, made
 * once for all streams, and goes to each connection in one write in place of four.
 */
export const plainWrites: Flavour<Framed> = {
  encode,
  ping: toChunk(":\n\n"),
  open: async ({ httpVersionMajor, httpVersionMinor }, response) => {
    const { socket } = response;
    if (!socket) throw new LabError("closed", "the connection is gone");
    response.writeHead(200, HEAD);
    response.write(`retry:${RETRY_MS}\n\n`);
    // HTTP/1.0 knows no chunked coding; its stream is the text without the frame.
    if (httpVersionMajor === 1 && httpVersionMinor === 0)
      return ({ frame }) => void response.write(frame.subarray(frame.indexOf("\r\n") + 2, -2));
    return ({ frame }) => writeSoon(socket, frame);
  },
};

const corked: Socket[] = [];

/** Puts together what one tick writes to a socket, as response.write() does. */
function writeSoon(socket: Socket, frame: Buffer): void {
  if (socket.writableCorked === 0) {
    socket.cork();
    if (corked.push(socket) === 1) process.nextTick(uncorkAll);
  }
  socket.write(frame);
}

function uncorkAll(): void {
  try {
    for (let socket = corked.pop(); socket; socket = corked.pop()) socket.uncork();
  } finally {
    // One that throws must not leave the others waiting for ever.
    if (corked.length > 0) process.nextTick(uncorkAll);
  }
}

function encode(fields: EventFields): Framed {
  return toChunk(eventText(fields));
}

function toChunk(text: string): Framed {
  const frame = Buffer.from(`${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`);
  return { frame, bytes: frame.length, units: frame.length };
}
