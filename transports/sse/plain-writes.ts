import type { Socket } from "node:net";
import { LabError } from "../../core/errors.ts";
import { type EventFields, type Flavour, RETRY_MS } from "./framing.ts";

const HEAD = {
  "content-type": "text/event-stream",
  "cache-control": "private, no-cache, no-store, no-transform, must-revalidate, max-age=0",
  "x-accel-buffering": "no",
};

/**
 * Without a library: an event becomes one chunk of the chunked coding (RFC 9112, 7.1) as response.write() would frame it, made
 * once for all streams, and goes to each connection in one write in place of four.
 */
export const plainWrites: Flavour<Buffer> = {
  encode,
  ping: toChunk(":\n\n"),
  open: async (request, response) => {
    const { socket } = response;
    if (!socket)
      throw new LabError("malformed", "a stream can't be requested behind another on a connection");
    response.writeHead(200, HEAD);
    response.write(`retry:${RETRY_MS}\n\n`);
    // HTTP/1.0 knows no chunked coding; its stream is the text without the frame.
    if (request.httpVersionMajor === 1 && request.httpVersionMinor === 0)
      return (chunk) => void response.write(chunk.subarray(chunk.indexOf("\r\n") + 2, -2));
    return (chunk) => writeSoon(socket, chunk);
  },
};

const corked: Socket[] = [];

/** Puts together what one tick writes to a socket, as response.write() does. */
function writeSoon(socket: Socket, chunk: Buffer): void {
  if (socket.writableCorked === 0) {
    socket.cork();
    if (corked.push(socket) === 1) process.nextTick(uncorkAll);
  }
  socket.write(chunk);
}

function uncorkAll(): void {
  for (const socket of corked.splice(0)) socket.uncork();
}

function encode({ id, event, data }: EventFields): Buffer {
  const type = event === undefined ? "" : `event:${event}\n`;
  const cursor = id === undefined ? "" : `id:${id}\n`;
  return toChunk(`${type}${cursor}data:${data}\n\n`);
}

function toChunk(text: string): Buffer {
  return Buffer.from(`${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`);
}
