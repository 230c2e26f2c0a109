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

export type HubEvent = Notification | Receipt;

/** The hub's answer to a publish. */
export interface Accepted {
  readonly id: string;
  readonly seq: number;
  /** Milliseconds since the Unix epoch, by the hub's clock. */
  readonly at: number;
}
