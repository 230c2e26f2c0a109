import type { Identity } from "./access.ts";
import type { ChannelName } from "./channel.ts";
import type { LabError } from "./errors.ts";
import type { Delivery } from "./notification.ts";
import type { ReplayWindow } from "./replay.ts";

/** Hands one event to all of an adapter's subscribers of a channel; called once per event, so encode once. */
export type Deliver<Peer> = (event: Delivery, audience: ReadonlySet<Session<Peer>>) => void;

/** One adapter's sessions, and how to reach those of them that follow a channel. */
export interface Attachment {
  readonly deliver: Deliver<unknown>;
  readonly end: (session: Session, reason: LabError) => void;
  readonly sessions: Set<Session>;
}

/** One channel as the hub keeps it. */
export interface Channel {
  seq: number;
  readonly replay: ReplayWindow;
  /** Subscribers by adapter, so that each adapter gets its own in one piece. */
  readonly audiences: Map<Attachment, Set<Session>>;
  /** Sessions that follow it, those that still catch up included. */
  followers: number;
  /** Until what the backplane holds of it is here; rejects with `unavailable`. */
  ready: Promise<void> | undefined;
}

/** One channel that a session follows. */
export interface Following {
  readonly channel: Channel;
  /** Until the session has been sent what it missed. */
  readonly catchUp: { remove(channel: Channel): void } | undefined;
}

/** One authenticated connection. `peer` is whatever the adapter needs to reach it; the hub never looks inside. */
export interface Session<Peer = unknown> {
  readonly identity: Identity;
  readonly peer: Peer;
  readonly attachment: Attachment;
  readonly channels: Map<ChannelName, Following>;
  connected: boolean;
  /** While it waits for a subscription: what it has asked meanwhile, which comes behind. */
  waiting: (() => void)[] | undefined;
  /** Requests whose outcome is still to come. */
  underWay: number;
}

/** An adapter's side of the hub: the sessions it opened, and the way back to them. */
export interface Outlet<Peer> {
  /** Opens a session for a user whom authenticate() or admit() has accepted. Throws `too_many_sessions`, `closed` after admitNoMore(). */
  connect(identity: Identity, peer: Peer): Session<Peer>;
  /** From now on nobody new is let in, on connections that stand already neither; the sessions that there are go on. */
  admitNoMore(): void;
  /** Ends all of the outlet's sessions. */
  detach(): void;
}
