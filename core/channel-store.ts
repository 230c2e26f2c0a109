import type { Placed, Post, Reading } from "./backplane.ts";
import type { ChannelName } from "./channel.ts";
import type { MaybePromise } from "./maybe-promise.ts";
import type { Delivery } from "./notification.ts";
import type { Channel } from "./session.ts";

/** Hands an event to all that are in the channel's audience. Never throws. */
export type DeliverTo = (channel: Channel, event: Delivery) => void;

/** Where a hub's channels are: in its own memory, where nothing has to be waited for, or shared with other nodes through a backplane. */
export interface ChannelStore {
  readonly epoch: string;
  /** Every event up to here has been delivered to whoever followed its channel. */
  readonly position: number;
  /** Bytes that all replay windows hold, an estimate. */
  readonly replayBytes: number;
  /** Notes one more follower, which gets nothing yet, and may not be joined while the channel's `ready` has not settled. */
  follow(name: ChannelName): Channel;
  /** Notes one follower less. */
  unfollow(name: ChannelName): void;
  /** A promise where `position` has still to get there, as for the cursor of a client that comes from a node ahead of this one. */
  reach(position: number): Promise<void> | undefined;
  /** Throws or rejects with `rate_limited`, `unavailable`. */
  publish(post: Post): MaybePromise<Placed>;
  /** False when the reader had been noted before. Throws or rejects with `unknown_notification`, `unavailable`. */
  markRead(reading: Reading): MaybePromise<boolean>;
}
