import { createEventBuffer, createSession, type EventBuffer } from "better-sse";
import { type EventFields, type Flavour, RETRY_MS } from "./framing.ts";

/**
 * Through better-sse: it opens the stream and formats events, each once into an event buffer. What the buffer holds then goes to
 * every response as it is: push() would serialise, sanitise and draw an id once per subscriber, and batch() costs a promise.
 */
export const betterSse: Flavour<Buffer> = {
  encode: ({ id, event, data }: EventFields) => {
    // The data is JSON already; without line breaks there is nothing to sanitise either.
    const buffer = createEventBuffer({ serializer: String, sanitizer: String });
    if (event !== undefined) buffer.event(event);
    if (id !== undefined) buffer.id(id);
    return bytesOf(buffer.data(data));
  },
  ping: bytesOf(createEventBuffer().comment()),
  open: async (request, response) => {
    await createSession(request, response, {
      retry: RETRY_MS,
      // The server has a pulse of its own, and reads Last-Event-ID as a cursor.
      keepAlive: null,
      trustClientEventId: false,
    });
    return (chunk) => void response.write(chunk);
  },
};

function bytesOf(buffer: EventBuffer): Buffer {
  return Buffer.from(buffer.dispatch().read());
}
