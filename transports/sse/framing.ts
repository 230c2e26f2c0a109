import type { Chunk, Framing } from "../http/stream-peer.ts";

/** The fields of one event (HTML standard, 9.2.6). `data` is a JSON text, which has no line break. */
export interface EventFields {
  readonly id?: string;
  readonly event?: string;
  readonly data: string;
}

/** A way to put events on a response: what the two variants differ in. */
export interface Flavour<C extends Chunk> extends Pick<Framing<C>, "open"> {
  encode(fields: EventFields): C;
  /** A comment, which keeps the connection in use and which every client ignores. */
  readonly ping: C;
}

/** How long an EventSource waits before it connects again, in milliseconds. */
export const RETRY_MS = 1_000;

/** An event as it stands in a stream. */
export function eventText({ id, event, data }: EventFields): string {
  const type = event === undefined ? "" : `event:${event}\n`;
  const cursor = id === undefined ? "" : `id:${id}\n`;
  return `${type}${cursor}data:${data}\n\n`;
}
