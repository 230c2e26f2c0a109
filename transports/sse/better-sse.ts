import { createEventBuffer, createSession, type EventBuffer } from "better-sse";
import { type EventFields, type Flavour, RETRY_MS } from "./framing.ts";

/**
 * Through better-sse: an event is formatted once into an event buffer, which every session sends as it is. Its own push() would
 * serialise, sanitise and draw an id once per subscriber.
 */
export const betterSse: Flavour<EventBuffer> = {
  encode: ({ id, event, data }: EventFields) => {
    // The data is JSON already; without line breaks there is nothing to sanitise either.
    const buffer = createEventBuffer({ serializer: String, sanitizer: String });
    if (event !== undefined) buffer.event(event);
    if (id !== undefined) buffer.id(id);
    return buffer.data(data).dispatch();
  },
  ping: createEventBuffer().comment().dispatch(),
  open: async (request, response) => {
    const session = await createSession(request, response, {
      retry: RETRY_MS,
      // The server has a pulse of its own, and reads Last-Event-ID as a cursor.
      keepAlive: null,
      trustClientEventId: false,
    });
    return (chunk) => void session.batch(chunk);
  },
};
