import { type Authenticator, assertNotExpired, type Identity, tokenExpired } from "./access.ts";
import { join, part } from "./audience.ts";
import { CatchUp } from "./catch-up.ts";
import { type ChannelName, isUserId, parseChannel } from "./channel.ts";
import type { ChannelStore } from "./channel-store.ts";
import { eventId, parseCursor } from "./cursor.ts";
import { type ErrorCode, LabError } from "./errors.ts";
import { Expiries, nodeSchedule } from "./expiry.ts";
import { DEFAULT_HEARTBEAT, type HeartbeatSettings } from "./heartbeat.ts";
import { type HubCounters, type HubOptions, type HubWatch, newCounters } from "./hub-options.ts";
import { type MaybePromise, whenDone } from "./maybe-promise.ts";
import type { Accepted, Delivery } from "./notification.ts";
import { openStore } from "./open-store.ts";
import { unknownNotification } from "./receipts.ts";
import type { Attachment, Channel, Deliver, Outlet, Session } from "./session.ts";
import { followable, type Subscriptions } from "./subscriptions.ts";
import { Users } from "./users.ts";
import { assertBody } from "./validation.ts";
import { assertMayWait, behind, goOn } from "./waiting.ts";

const NOBODY: ReadonlySet<Session> = new Set();

/**
 * The notification service, without a transport. A call that is refused throws LabError, or rejects with it, and then changes nothing. Without
 * a backplane no call brings a promise. Events are delivered in the order of their ids, and never in a microtask where there is a backplane:
 * what follows on a promise of the hub's in the same tick comes before any of them.
 */
export class Hub {
  readonly heartbeat: HeartbeatSettings;
  readonly #counters = newCounters();
  readonly #clock: () => number;
  readonly #authenticate: Authenticator;
  readonly #maxBodyCharacters: number;
  readonly #maxSubscriptions: number;
  readonly #store: ChannelStore;
  readonly #users: Users;
  readonly #expiries: Expiries;
  readonly #onAccepted: HubOptions["onAccepted"];
  /** Adapters that are told of events that nobody here follows, too. */
  readonly #relays: Attachment[] = [];
  readonly #onInternalError: (error: unknown) => void;
  readonly #watch: Partial<HubWatch>;
  readonly #refusals = new Map<ErrorCode, number>();
  readonly #attachments = new Set<Attachment>();

  constructor(options: HubOptions) {
    this.#clock = options.clock;
    this.#authenticate = options.authenticate;
    this.heartbeat = options.heartbeat ?? DEFAULT_HEARTBEAT;
    this.#maxBodyCharacters = options.maxBodyCharacters ?? 1_000;
    this.#maxSubscriptions = options.maxSubscriptions ?? 100;
    this.#onAccepted = options.onAccepted;
    this.#onInternalError = options.onInternalError ?? (() => undefined);
    this.#watch = options.watch ?? {};
    this.#users = new Users({
      publishesPerMinute: options.publishesPerMinute ?? 10,
      maxSessions: options.maxSessionsPerUser ?? 50,
      backplane: options.backplane,
    });
    this.#store = openStore(options, this.#users, this.#deliver);
    this.#expiries = new Expiries(options.clock, options.schedule ?? nodeSchedule, (session) =>
      this.#end(session, tokenExpired()),
    );
  }

  /** What the event ids of now begin with. */
  get epoch(): string {
    return this.#store.epoch;
  }

  /** What has happened so far; counted here and nowhere else. */
  get counters(): Readonly<HubCounters> {
    return this.#counters;
  }

  /** What `counters.refused` counts, by code. */
  get refusals(): ReadonlyMap<ErrorCode, number> {
    return this.#refusals;
  }

  /** Bytes that the events kept for resumption take, by an estimate. */
  get replayBytes(): number {
    return this.#store.replayBytes;
  }

  /** Users with a session on this hub. */
  get users(): Iterable<string> {
    return this.#users.present;
  }

  /** The largest body the hub takes, in characters; adapters size their frame limits by it. */
  get maxBodyCharacters(): number {
    return this.#maxBodyCharacters;
  }

  /** Whose token it is. Throws `unauthenticated` for one that is missing, forged, expired, or names no user id. */
  authenticate(token: string): Identity {
    return this.#counted(() => {
      const identity = this.#authenticate(token);
      assertNotExpired(identity, this.#clock());
      if (!isUserId(identity.user))
        throw new LabError("unauthenticated", "the token's subject is not a user id");
      return identity;
    });
  }

  /** As authenticate(), for who wants to open a session; throws `too_many_sessions` too, so that it can be told early. */
  admit(token: string): Identity {
    try {
      const identity = this.authenticate(token);
      this.#counted(() => this.#users.assertRoom(identity.user));
      return identity;
    } catch (error) {
      this.#watch.turnedAway?.(LabError.from(error).code);
      throw error;
    }
  }

  /**
   * `deliver` hands an event to the adapter's subscribers. `end` is called once for a session that the hub ends, as when its token has run out:
   * the adapter tells its client the reason and ends the connection. The session is over when it returns. With `everything`, `deliver` is also
   * called, with nobody, for what no session of the adapter follows: its library carries events on to other nodes.
   */
  attach<Peer>(
    deliver: Deliver<Peer>,
    end: (session: Session<Peer>, reason: LabError) => void,
    { everything = false }: { readonly everything?: boolean } = {},
  ): Outlet<Peer> {
    const attachment: Attachment = {
      // An audience holds only sessions of this attachment, all made by connect() below with this Peer.
      deliver: (event, audience) => deliver(event, audience as ReadonlySet<Session<Peer>>),
      end: (session, reason) => end(session as Session<Peer>, reason),
      sessions: new Set(),
    };
    this.#attachments.add(attachment);
    if (everything) this.#relays.push(attachment);
    return {
      connect: (identity, peer) => {
        this.#counted(() => this.#users.assertRoom(identity.user));
        const session = {
          identity,
          peer,
          attachment,
          channels: new Map(),
          connected: true,
          waiting: undefined,
          underWay: 0,
        };
        attachment.sessions.add(session);
        this.#users.enter(identity.user);
        this.#expiries.add(session);
        this.#counters.sessions += 1;
        return session;
      },
      detach: () => {
        for (const session of attachment.sessions) this.disconnect(session);
        this.#attachments.delete(attachment);
      },
    };
  }

  /**
   * Follows channels, all or none of them. Throws `invalid_channel`, `forbidden`, `invalid_cursor`, `too_many_subscriptions`,
   * `unauthenticated`, `unavailable`, `closed`. What the session asks before it has settled is carried out behind it.
   */
  subscribe(
    session: Session,
    channelNames: readonly unknown[],
    after?: unknown,
  ): MaybePromise<Subscriptions> {
    const { waiting } = session;
    if (waiting) return behind(session, waiting, () => this.subscribe(session, channelNames, after));
    this.#assertLive(session);
    return this.#asked(session, () => {
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
    });
  }

  /** Ends one subscription; a channel not followed is no error. */
  unsubscribe(session: Session, channelName: unknown): void {
    const name = parseChannel(channelName);
    if (session.waiting) session.waiting.push(() => this.#leave(session, name));
    else this.#leave(session, name);
  }

  /** Throws `invalid_channel`, `invalid_body`, `body_too_long`, `rate_limited`, `unauthenticated`, `unavailable`. */
  publish(session: Session, channelName: unknown, body: unknown): MaybePromise<Accepted> {
    const { waiting } = session;
    if (waiting) return behind(session, waiting, () => this.publish(session, channelName, body));
    this.#assertLive(session);
    this.#watch.publishing?.();
    return this.#asked(session, () => {
      const channel = parseChannel(channelName);
      assertBody(body, this.#maxBodyCharacters);
      const at = this.#clock();
      const placed = this.#store.publish({
        kind: "notification",
        channel,
        from: session.identity.user,
        body,
        at,
      });
      return whenDone(placed, ({ id, seq }) => {
        this.#counters.published += 1;
        return { id, seq, at };
      });
    });
  }

  /** Sends a receipt to the notification's sender, once per reader. Throws `unknown_notification`, `unauthenticated`, `unavailable`. */
  markRead(session: Session, id: unknown): MaybePromise<void> {
    const { waiting } = session;
    if (waiting) return behind(session, waiting, () => this.markRead(session, id));
    this.#assertLive(session);
    return this.#asked(session, () => {
      if (typeof id !== "string") throw unknownNotification();
      const { identity, channels } = session;
      const marked = this.#store.markRead({ id, by: identity.user, at: this.#clock(), channels });
      return whenDone(marked, (isNew) => {
        if (isNew) this.#counters.receipts += 1;
      });
    });
  }

  /** Whether what an adapter holds unread for one subscriber is within its bound; the most that any of them asks for is counted. */
  withinBound(heldBytes: number, maxBytes: number): boolean {
    if (heldBytes > this.#counters.mostHeldBytes) this.#counters.mostHeldBytes = heldBytes;
    return heldBytes <= maxBytes;
  }

  /** Counts a subscriber that its adapter cuts off, because what it had not read reached the bound or is no longer held. */
  cutOff(): void {
    this.#counters.slowDisconnects += 1;
    this.#watch.cutOff?.();
  }

  /** Counts events that an adapter has dropped to keep what it holds for a slow subscriber within the bound. */
  dropped(events: number): void {
    this.#counters.dropped += events;
  }

  /** Idempotent; the session gets nothing after it. */
  disconnect(session: Session): void {
    if (!session.connected) return;
    session.connected = false;
    this.#counters.sessions -= 1;
    for (const [name, { channel }] of session.channels) {
      part(channel, session);
      this.#store.unfollow(name);
    }
    session.channels.clear();
    session.attachment.sessions.delete(session);
    this.#users.leave(session.identity.user);
    this.#expiries.remove(session);
  }

  /** Counts and reports an error in the lab itself; never throws. */
  internalError(error: unknown): void {
    this.#counters.internal += 1;
    try {
      this.#onInternalError(error);
    } catch {
      // The listener for errors must not cause more of them.
    }
  }

  /** Ends so many sessions at the most, whose clients are told why; those that were opened first go first. Returns how many are left. */
  endSessions(most: number, reason: LabError): number {
    let left = most;
    for (const { sessions } of this.#attachments)
      for (const session of sessions) {
        if (left === 0) return this.#counters.sessions;
        left -= 1;
        this.#end(session, reason);
      }
    return this.#counters.sessions;
  }

  #end(session: Session, reason: LabError): void {
    try {
      session.attachment.end(session, reason);
    } catch (error) {
      this.internalError(error);
    }
    this.disconnect(session);
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
      this.#leave(session, name);
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

  #leave(session: Session, name: ChannelName): void {
    const following = session.channels.get(name);
    if (!following) return;
    following.catchUp?.remove(following.channel);
    part(following.channel, session);
    session.channels.delete(name);
    this.#store.unfollow(name);
  }

  readonly #deliver = (channel: Channel, event: Delivery): void => {
    if (this.#onAccepted && event.kind === "notification") {
      let subscribers = 0;
      for (const audience of channel.audiences.values()) subscribers += audience.size;
      this.#onAccepted(event, subscribers);
    }
    for (const relay of this.#relays) {
      if (!channel.audiences.has(relay)) this.#hand(relay, event, NOBODY);
    }
    for (const [attachment, audience] of channel.audiences) {
      if (event.kind === "gap") this.#counters.gaps += audience.size;
      else this.#counters.delivered += audience.size;
      this.#hand(attachment, event, audience);
    }
    if (event.kind === "notification") this.#watch.handedOver?.(event);
  };

  #hand(attachment: Attachment, event: Delivery, audience: ReadonlySet<Session>): void {
    try {
      attachment.deliver(event, audience);
    } catch (error) {
      // The publisher has done nothing wrong; an adapter that knows which connection it was ends that one itself.
      this.internalError(error);
    }
  }

  #assertLive(session: Session): void {
    if (!session.connected) throw new LabError("closed", "the session has ended; connect again");
    assertNotExpired(session.identity, this.#clock());
  }

  #asked<T>(session: Session, act: () => MaybePromise<T>): MaybePromise<T> {
    return this.#counted(() => {
      assertMayWait(session);
      const result = act();
      if (!(result instanceof Promise)) return result;
      session.underWay += 1;
      const over = () => {
        session.underWay -= 1;
      };
      result.then(over, over);
      return result;
    });
  }

  #counted<T>(act: () => T): T {
    const refused = (error: unknown) => {
      const { code } = LabError.from(error);
      this.#counters.refused += 1;
      this.#refusals.set(code, (this.#refusals.get(code) ?? 0) + 1);
    };
    try {
      const result = act();
      if (result instanceof Promise) result.catch(refused);
      return result;
    } catch (error) {
      refused(error);
      throw error;
    }
  }
}
