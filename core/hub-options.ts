import type { Authenticator } from "./access.ts";
import type { Backplane } from "./backplane.ts";
import type { ErrorCode } from "./errors.ts";
import type { Schedule } from "./expiry.ts";
import type { HeartbeatSettings } from "./heartbeat.ts";
import type { Notification } from "./notification.ts";

export interface HubOptions {
  /** Milliseconds since the Unix epoch. */
  readonly clock: () => number;
  readonly authenticate: Authenticator;
  /** A name for this hub's lifetime, 1-16 of [a-z0-9]; a new one per process lets clients notice a restart. */
  readonly epoch: string;
  /** What it shares with other hubs, for this hub alone to use and for who made it to close. Default: nothing; then `epoch` counts. */
  readonly backplane?: Backplane;
  /** Characters are Unicode code points. Default 1,000. */
  readonly maxBodyCharacters?: number;
  /** Per user, over all of its sessions; Infinity lifts it. Default 10. */
  readonly publishesPerMinute?: number;
  /** Sessions that one user may have open at once; Infinity lifts it. Default 50. */
  readonly maxSessionsPerUser?: number;
  /** Events kept per channel for resumption; 0, the default, is transient. */
  readonly replayWindow?: number;
  /** Bytes that the events kept for resumption may take, all channels together, by an estimate. Default 64 MiB. */
  readonly replayBudgetBytes?: number;
  /** Notifications that can still be marked as read. Default 10,000. */
  readonly receiptWindow?: number;
  /** Channels one session may follow. Default 100. */
  readonly maxSubscriptions?: number;
  /** Channels that nobody follows whose numbering and replay window are kept. Default 10,000. */
  readonly maxIdleChannels?: number;
  readonly heartbeat?: HeartbeatSettings;
  /** Told of each notification before its subscribers get it, and how many they are; must not throw. Default: nobody is. */
  readonly onAccepted?: (notification: Notification, subscribers: number) => void;
  /** Told of each error in the lab itself (an internal error), which is counted as `internal` too. Default: nobody is. */
  readonly onInternalError?: (error: unknown) => void;
  /** Default: timers of Node.js. */
  readonly schedule?: Schedule;
  /** Told of what somebody who runs the service wants to know; default: nobody is. */
  readonly watch?: Partial<HubWatch>;
}

/** What a hub tells whoever watches it. None of these may throw. */
export interface HubWatch {
  /** A publish begins. Without a backplane all that follows until handedOver() happens in the same tick. */
  publishing(): void;
  /** All subscribers of this notification on this node have been handed to their transports, which have written it or hold it for them. */
  handedOver(notification: Notification): void;
  /** Somebody was not let in. */
  turnedAway(code: ErrorCode): void;
  /** A slow subscriber was cut off. */
  cutOff(): void;
}

export interface HubCounters {
  sessions: number;
  published: number;
  /** Events handed to outlets, once per subscriber, receipts included. */
  delivered: number;
  /** Subscribers that were told of a gap, once for each. */
  gaps: number;
  receipts: number;
  refused: number;
  /** Internal errors: those in the lab itself. */
  internal: number;
  /** Events that a slow subscriber did not get because its buffer was full. */
  dropped: number;
  /** Subscribers cut off because their buffer was full. */
  slowDisconnects: number;
  /** Bytes that were held unread for one subscriber, at the most. */
  mostHeldBytes: number;
}

export function newCounters(): HubCounters {
  return {
    sessions: 0,
    published: 0,
    delivered: 0,
    gaps: 0,
    receipts: 0,
    refused: 0,
    internal: 0,
    dropped: 0,
    slowDisconnects: 0,
    mostHeldBytes: 0,
  };
}
