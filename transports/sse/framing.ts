import type { IncomingMessage, ServerResponse } from "node:http";

/** The fields of one event (HTML standard, 9.2.6). `data` is a JSON text, which has no line break. */
export interface EventFields {
  readonly id?: string;
  readonly event?: string;
  readonly data: string;
}

/** A way to put events on a response: what the two variants differ in. A chunk is made once and written to many streams. */
export interface Flavour<Chunk> {
  encode(fields: EventFields): Chunk;
  /** A comment, which keeps the connection in use and which every client ignores. */
  readonly ping: Chunk;
  /** Sends the head; settles with the way to send chunks. Rejects when the request is not one to open a stream on. */
  open(request: IncomingMessage, response: ServerResponse): Promise<(chunk: Chunk) => void>;
}

/** How long an EventSource waits before it connects again, in milliseconds. */
export const RETRY_MS = 1_000;
