import type { HubEvent } from "../../core/notification.ts";
import type { Encoded } from "../codec.ts";
import { encodeEvent } from "../envelope.ts";
import { type HttpContent, jsonContent } from "../http-content.ts";

/** Requests and answers in one media type, batches among them. */
export interface Encoding extends HttpContent {
  /** One event as batches hold it. */
  event(this: void, event: HubEvent): Encoded;
  /** The map of an answer to a poll, around events that are encoded already; `dropped` is left out when it is 0. */
  batch(this: void, cursor: string, dropped: number, events: readonly Encoded[]): Encoded;
}

export const jsonBatches: Encoding = {
  ...jsonContent,
  event: encodeEvent,
  batch: (cursor, dropped, events) => {
    const lost = dropped > 0 ? `"dropped":${dropped},` : "";
    return `{"cursor":${JSON.stringify(cursor)},${lost}"events":[${events.join(",")}]}`;
  },
};
