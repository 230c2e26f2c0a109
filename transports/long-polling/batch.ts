import type { HubEvent } from "../../core/notification.ts";
import { encodeEvent } from "../envelope.ts";

/** One event as every session's buffer holds it: encoded once, shared by all. */
export interface Item {
  readonly id: string;
  readonly json: string;
  readonly bytes: number;
}

/** The body of one answer to a poll. `cursor` acknowledges it when the next poll brings it. */
export interface Batch {
  readonly cursor: string;
  readonly count: number;
  readonly dropped: number;
  readonly bytes: number;
  readonly body: string;
  /** Field names and values in turn, as writeHead() takes them without looking at each. */
  readonly head: string[];
}

export function toItem(event: HubEvent): Item {
  const json = encodeEvent(event);
  return { id: event.id, json, bytes: Buffer.byteLength(json) };
}

export function toBatch(cursor: string, items: readonly Item[], dropped: number): Batch {
  const lost = dropped > 0 ? `"dropped":${dropped},` : "";
  const body = `{"cursor":${JSON.stringify(cursor)},${lost}"events":[${items.map(({ json }) => json).join(",")}]}`;
  const bytes = Buffer.byteLength(body);
  const head = [
    "content-type",
    "application/json",
    "cache-control",
    "no-store",
    "content-length",
    String(bytes),
  ];
  return { cursor, count: items.length, dropped, bytes, body, head };
}

/** Batches that hold nothing of a session's own, so that sessions which are due the same events share one. */
export type Batcher = (items: readonly Item[]) => Batch;

/** Remembers the last batch only: the sessions that wait for the same channel are answered one after the other. */
export function createBatcher(): Batcher {
  let batch = toBatch("", [], 0);
  let made: readonly Item[] = [];
  return (items) => {
    if (items.length === made.length && items.every((item, index) => item === made[index])) return batch;
    made = items;
    batch = toBatch(items.at(-1)?.id ?? "", items, 0);
    return batch;
  };
}
