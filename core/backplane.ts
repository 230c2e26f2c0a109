import type { ChannelName } from "./channel.ts";
import type { HubEvent, Notification, Receipt } from "./notification.ts";

/** What is to be published; the backplane gives it its id and its number. */
export type Post = Omit<Notification, "id" | "seq"> | Omit<Receipt, "id" | "seq">;

/** Where a post was put. */
export interface Placed {
  readonly id: string;
  /** Counts per channel. */
  readonly seq: number;
}

/** Somebody has read a notification. */
export interface Reading {
  readonly id: string;
  readonly by: string;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  /** What the reader follows: who may not read a channel learns nothing about what was sent there. */
  readonly channels: ReadonlyMap<ChannelName, unknown>;
}

/** An event as the backplane sends it to every node that follows its channel. */
export interface Publication {
  /** Counts over all channels, in the order of publishing. */
  readonly position: number;
  /** Position of the channel's event before it; 0 where there was none, or it has been forgotten. */
  readonly previous: number;
  readonly event: HubEvent;
}

/** Where a channel stands on the backplane. */
export interface Standing {
  /** Of the newest event; 0 where none is known. */
  readonly seq: number;
  /** Position of the newest event that the backplane no longer holds. */
  readonly lostUpTo: number;
  /** The channel has been forgotten, or never was: nothing behind `lostUpTo` was, and perhaps nothing before. */
  readonly forgotten: boolean;
  /** Oldest first: all that are held behind the position that was asked for. */
  readonly events: readonly Publication[];
}

/** What nodes found when they could reach the backplane again. */
export interface Restored {
  /** The node has been sent everything up to here. */
  readonly since: number;
  /** The backplane has lost what it held, or some of it: its epoch is another. */
  readonly renewed: boolean;
  readonly standings: ReadonlyMap<ChannelName, Standing>;
}

/** What a hub wants of the backplane; all nodes should be given the same. */
export interface BackplaneSettings {
  readonly replayWindow: number;
  readonly receiptWindow: number;
  /** Of one user on all nodes; Infinity lifts it. */
  readonly publishesPerMinute: number;
}

/** A hub as the backplane sees it. These are called one after the other, never in a microtask, and never throw. */
export interface BackplaneNode {
  readonly settings: BackplaneSettings;
  /** All channels whose follow() has settled and that were not unfollowed, with the position of the newest event that has come of each. */
  followed(): Iterable<readonly [channel: ChannelName, newest: number]>;
  /** Takes one event, in the order of publishing. False when an earlier one of its channel has not come: its history is to be read. */
  publication(publication: Publication): boolean;
  /** Takes what was published while the backplane could not be reached, and tells subscribers where that is not all. */
  restored(restored: Restored): void;
}

/**
 * What the nodes of a service share: channels with their numbering and history, receipts, limits, and who is connected. One for each hub.
 * What can't be carried out rejects with `unavailable`, after one bounded wait; then nothing has happened, unless the message says that this
 * is unknown.
 */
export interface Backplane {
  /** A name for what the backplane holds, 1-16 of [a-z0-9]; another one when it has lost that. */
  readonly epoch: string;
  /** This node has been sent every event of its channels up to here. */
  readonly position: number;
  /** Called once, before anything else. */
  start(node: BackplaneNode): void;
  /** Numbers, keeps and sends an event to all nodes, in one step. Rejects with `rate_limited`, `unavailable`. */
  publish(post: Post): Promise<Placed>;
  /** Publishes a receipt to the sender; false when the reader had been noted before. Rejects with `unknown_notification`, `unavailable`. */
  markRead(reading: Reading): Promise<boolean>;
  /** From when it settles, publication() is called for the channel; events since it was called may come before. Rejects with `unavailable`. */
  follow(channel: ChannelName): Promise<Standing>;
  unfollow(channel: ChannelName): void;
  /** Settles when `position` has reached what had been published on any node. Rejects with `unavailable`. */
  catchUp(): Promise<void>;
  /** A session of the user has begun (1) or ended (-1) on this node. */
  count(user: string, change: 1 | -1): void;
  /** Sessions of the user on other nodes, as far as they have told. */
  elsewhere(user: string): number;
  /** Idempotent; leaves nothing open. */
  close(): Promise<void>;
}
