import type { ChannelName } from "./channel.ts";

/** What a publisher submits. */
export interface Draft {
  readonly channel: string;
  readonly body: string;
}

/** What the hub accepted. `id` orders all events of one hub and serves as the cursor; `seq` counts per channel. */
export interface Notification {
  readonly kind: "notification";
  readonly id: string;
  readonly channel: ChannelName;
  readonly seq: number;
  readonly from: string;
  readonly body: string;
  /** Milliseconds since the Unix epoch, by the hub's clock. */
  readonly at: number;
}

/** Tells a sender, on its own channel, that `by` has read notification `of`. */
export interface Receipt {
  readonly kind: "receipt";
  readonly id: string;
  readonly channel: ChannelName;
  readonly seq: number;
  readonly of: string;
  readonly by: string;
  /** Milliseconds since the Unix epoch, by the hub's clock. */
  readonly at: number;
}

/** Tells a subscriber that events before it may be lost, because the backplane no longer holds them. `id` is the cursor to go on from. */
export interface Gap {
  readonly kind: "gap";
  readonly id: string;
  readonly channel: ChannelName;
  /** Of the last event that is lost; 0 where that is unknown. */
  readonly seq: number;
  /** Milliseconds since the Unix epoch, by the hub's clock. */
  readonly at: number;
}

export type HubEvent = Notification | Receipt;

/** What a subscriber is sent. */
export type Delivery = HubEvent | Gap;

/** The hub's answer to a publish. */
export interface Accepted {
  readonly id: string;
  readonly seq: number;
  /** Milliseconds since the Unix epoch, by the hub's clock. */
  readonly at: number;
}
