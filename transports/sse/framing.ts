import type { IncomingMessage, ServerResponse } from "node:http";

/** The fields of one event (HTML standard, 9.2.6). `data` is a JSON text, which has no line break. */
export interface EventFields {
  readonly id?: string;
  readonly event?: string;
  readonly data: string;
}

/** One event as it goes to every stream. */
export interface Chunk {
  readonly bytes: number;
  /** What Node.js counts for it while it waits to be written: of a text its UTF-16 units, else its bytes. */
  readonly units: number;
}

/** A way to put events on a response: what the two variants differ in. A chunk is made once and written to many streams. */
export interface Flavour<C extends Chunk> {
  encode(fields: EventFields): C;
  /** A comment, which keeps the connection in use and which every client ignores. */
  readonly ping: C;
  /**
   * Sends the head; settles with the way to send chunks. Rejects when the request is not one to open a stream on, and has then sent
   * nothing. `failed` is told what goes wrong later.
   */
  open(
    request: IncomingMessage,
    response: ServerResponse,
    failed: (error: unknown) => void,
  ): Promise<(chunk: C) => void>;
}

/** How long an EventSource waits before it connects again, in milliseconds. */
export const RETRY_MS = 1_000;
