import { createEventBuffer, createSession, type EventBuffer } from "better-sse";
import { LabError } from "../../core/errors.ts";
import type { Chunk } from "../http/stream-peer.ts";
import { type EventFields, type Flavour, RETRY_MS } from "./framing.ts";

interface Buffered extends Chunk {
  readonly buffer: EventBuffer;
}

/**
 * Through better-sse, as its guide on event buffers has it for many sessions: a session opens each stream, an event is written into one
 * buffer, and every session sends that buffer by batch(). push() would serialise and sanitise the event once a session.
 */
export const betterSse: Flavour<Buffered> = {
  encode: ({ id, event, data }: EventFields) => {
    // The data is JSON already; without line breaks there is nothing to sanitise either.
    const buffer = createEventBuffer({ serializer: String, sanitizer: String });
    if (event !== undefined) buffer.event(event);
    if (id !== undefined) buffer.id(id);
    return ready(buffer.data(data));
  },
  ping: ready(createEventBuffer().comment()),
  open: async (request, response, failed) => {
    const session = await createSession(request, response, {
      retry: RETRY_MS,
      // The server has a pulse of its own, and reads Last-Event-ID as a cursor.
      keepAlive: null,
      trustClientEventId: false,
    }).catch((error: unknown) => {
      throw new LabError("malformed", "the head of this request can't open a stream", { cause: error });
    });
    return ({ buffer }) => void session.batch(buffer).catch(failed);
  },
};

function ready(buffer: EventBuffer): Buffered {
  const text = buffer.dispatch().read();
  return { buffer, bytes: Buffer.byteLength(text), units: text.length };
}
