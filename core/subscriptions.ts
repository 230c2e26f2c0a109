import type { CatchUp } from "./catch-up.ts";
import type { ChannelName } from "./channel.ts";

/** Where a channel stood when a session began to follow it. */
export interface Subscribed {
  readonly channel: ChannelName;
  /** The channel's last sequence number. */
  readonly seq: number;
  /** Id of the hub's newest event of any channel: resuming from it replays all that follows this subscription. */
  readonly cursor: string;
  /** True when events after the given cursor can no longer be replayed. */
  readonly missed: boolean;
}

/** What subscribing brought about. */
export interface Subscriptions {
  /** One a channel, each channel once, in the order in which they were asked for. */
  readonly standings: readonly Subscribed[];
  /** What the adapter has to send behind its acknowledgement; undefined where nothing was missed. */
  readonly catchUp: CatchUp | undefined;
}
