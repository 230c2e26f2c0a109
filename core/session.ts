import type { Identity } from "./access.ts";
import type { ChannelName } from "./channel.ts";
import type { HubEvent } from "./notification.ts";
import type { RateLimit } from "./rate-limit.ts";

/** Hands one event to all of an adapter's subscribers of a channel; called once per event, so encode once. */
export type Deliver<Peer> = (event: HubEvent, audience: ReadonlySet<Session<Peer>>) => void;

/** One adapter's sessions, and how to reach those of them that follow a channel. */
export interface Attachment {
  readonly deliver: Deliver<unknown>;
  readonly sessions: Set<Session>;
}

/** One authenticated connection. `peer` is whatever the adapter needs to reach it; the hub never looks inside. */
export interface Session<Peer = unknown> {
  readonly identity: Identity;
  readonly peer: Peer;
  readonly attachment: Attachment;
  readonly channels: Set<ChannelName>;
  readonly limit: RateLimit;
  connected: boolean;
}
