import { authorizeSubscribe } from "./access.ts";
import type { CatchUp } from "./catch-up.ts";
import { type ChannelName, parseChannel } from "./channel.ts";
import { LabError } from "./errors.ts";
import type { Session } from "./session.ts";

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

/**
 * The channels by these names, each once, where the session may follow all of them and has at most `most` channels then. Throws
 * `invalid_channel`, `forbidden`, `too_many_subscriptions`.
 */
export function followable(session: Session, channelNames: readonly unknown[], most: number): ChannelName[] {
  const names = new Set<ChannelName>();
  let followed = session.channels.size;
  for (const channelName of channelNames) {
    const name = parseChannel(channelName);
    authorizeSubscribe(session.identity, name);
    if (!names.has(name) && !session.channels.has(name)) followed += 1;
    names.add(name);
    if (followed > most)
      throw new LabError("too_many_subscriptions", `a session may follow ${most} channels`);
  }
  return [...names];
}
