import { join, part } from "./audience.ts";
import { CatchUp } from "./catch-up.ts";
import type { ChannelName } from "./channel.ts";
import type { ChannelStore } from "./channel-store.ts";
import { eventId, parseCursor } from "./cursor.ts";
import type { MaybePromise } from "./maybe-promise.ts";
import type { Channel, Session } from "./session.ts";
import { followable, type Subscriptions } from "./subscriptions.ts";
import { goOn } from "./waiting.ts";

/** Which sessions follow which channels of a store, and what those who come back have missed. */
export class Membership {
  readonly #store: ChannelStore;
  readonly #maxSubscriptions: number;
  readonly #assertLive: (session: Session) => void;

  /** `assertLive` throws when the session has ended while something was waited for. */
  constructor(store: ChannelStore, maxSubscriptions: number, assertLive: (session: Session) => void) {
    this.#store = store;
    this.#maxSubscriptions = maxSubscriptions;
    this.#assertLive = assertLive;
  }

  /**
   * Makes the session a follower of the channels, all or none of them. Throws `invalid_channel`, `forbidden`, `invalid_cursor`,
   * `too_many_subscriptions`; rejects with `unauthenticated`, `unavailable`, `closed`, and the session waits until it has settled.
   */
  follow(session: Session, channelNames: readonly unknown[], after: unknown): MaybePromise<Subscriptions> {
    const { epoch, position } = this.#store;
    const from = after === undefined ? undefined : parseCursor(epoch, Number.POSITIVE_INFINITY, after);
    const names = followable(session, channelNames, this.#maxSubscriptions);
    const waits: Promise<void>[] = [];
    const reached = from && from.position > position ? this.#store.reach(from.position) : undefined;
    if (reached) waits.push(reached);
    const channels = names.map((name) => this.#store.follow(name));
    for (const { ready } of channels) if (ready) waits.push(ready);
    if (waits.length === 0) return this.#join(session, names, channels, after);
    return this.#joinLater(session, names, channels, after, waits);
  }

  /** A channel not followed is no error. */
  leave(session: Session, name: ChannelName): void {
    const following = session.channels.get(name);
    if (!following) return;
    following.catchUp?.remove(following.channel);
    part(following.channel, session);
    session.channels.delete(name);
    this.#store.unfollow(name);
  }

  /** For a session that has ended. */
  leaveAll(session: Session): void {
    for (const [name, { channel }] of session.channels) {
      part(channel, session);
      this.#store.unfollow(name);
    }
    session.channels.clear();
  }

  /** Makes a follower of the channels, each of which knows of it, a subscriber. */
  #join(
    session: Session,
    names: readonly ChannelName[],
    channels: readonly Channel[],
    after: unknown,
  ): Subscriptions {
    const { epoch, position } = this.#store;
    const from = after === undefined ? undefined : parseCursor(epoch, position, after);
    const cursor = eventId(epoch, position);
    const catchUp = from && new CatchUp(this.#store, session, from.position);
    let behind = false;
    const standings = channels.map((channel, index) => {
      const name = names[index] as ChannelName;
      this.leave(session, name);
      session.channels.set(name, { channel, catchUp });
      const standing = { channel: name, seq: channel.seq, cursor };
      if (!from || !catchUp) {
        join(channel, session);
        return { ...standing, missed: false };
      }
      channel.replay.trim();
      catchUp.add(channel);
      behind ||= channel.replay.firstAfter(from.position) !== undefined;
      return { ...standing, missed: from.foreign || channel.replay.lostUpTo > from.position };
    });
    // Nothing to send: this joins the audiences at once.
    if (catchUp && !behind) catchUp.next();
    return { standings, catchUp: behind ? catchUp : undefined };
  }

  #joinLater(
    session: Session,
    names: readonly ChannelName[],
    channels: readonly Channel[],
    after: unknown,
    waits: readonly Promise<void>[],
  ): Promise<Subscriptions> {
    const joined = Promise.all(waits)
      .then(() => {
        this.#assertLive(session);
        return this.#join(session, names, channels, after);
      })
      .catch((error: unknown) => {
        for (const name of names) this.#store.unfollow(name);
        throw error;
      });
    session.waiting = [];
    const over = () => goOn(session);
    joined.then(over, over);
    return joined;
  }
}
