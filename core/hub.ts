import { type Authenticator, assertNotExpired, type Identity, tokenExpired } from "./access.ts";
import { isUserId, parseChannel } from "./channel.ts";
import type { ChannelStore } from "./channel-store.ts";
import { type ErrorCode, LabError } from "./errors.ts";
import { Expiries, nodeSchedule } from "./expiry.ts";
import { Fanout } from "./fanout.ts";
import { DEFAULT_HEARTBEAT, type HeartbeatSettings } from "./heartbeat.ts";
import { type HubCounters, type HubOptions, type HubWatch, newCounters } from "./hub-options.ts";
import { type MaybePromise, whenDone } from "./maybe-promise.ts";
import { Membership } from "./membership.ts";
import type { Accepted } from "./notification.ts";
import { openStore } from "./open-store.ts";
import { unknownNotification } from "./receipts.ts";
import { Refusals } from "./refusals.ts";
import type { Deliver, Outlet, Session } from "./session.ts";
import type { Subscriptions } from "./subscriptions.ts";
import { Users } from "./users.ts";
import { assertBody } from "./validation.ts";
import { behind, mayWait, underWay } from "./waiting.ts";

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
  readonly #store: ChannelStore;
  readonly #users: Users;
  readonly #expiries: Expiries;
  readonly #fanout: Fanout;
  readonly #membership: Membership;
  readonly #refusals = new Refusals(this.#counters);
  readonly #onInternalError: (error: unknown) => void;
  readonly #watch: Partial<HubWatch>;

  constructor(options: HubOptions) {
    this.#clock = options.clock;
    this.#authenticate = options.authenticate;
    this.heartbeat = options.heartbeat ?? DEFAULT_HEARTBEAT;
    this.#maxBodyCharacters = options.maxBodyCharacters ?? 1_000;
    this.#onInternalError = options.onInternalError ?? (() => undefined);
    this.#watch = options.watch ?? {};
    this.#users = new Users({
      publishesPerMinute: options.publishesPerMinute ?? 10,
      maxSessions: options.maxSessionsPerUser ?? 50,
      backplane: options.backplane,
    });
    this.#fanout = new Fanout({
      counters: this.#counters,
      watch: this.#watch,
      onAccepted: options.onAccepted,
      onError: (error) => this.internalError(error),
    });
    this.#store = openStore(options, this.#users, this.#fanout.deliver);
    this.#membership = new Membership(this.#store, options.maxSubscriptions ?? 100, (session) =>
      this.#assertLive(session),
    );
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
    return this.#refusals.byCode;
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
    return this.#refusals.counted(() => {
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
      this.#refusals.counted(() => this.#users.assertRoom(identity.user));
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
    const attachment = this.#fanout.add(deliver, end, everything);
    let admits = true;
    return {
      connect: (identity, peer) => {
        if (!admits) throw new LabError("closed", "the server is closing; connect again");
        this.#refusals.counted(() => this.#users.assertRoom(identity.user));
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
      admitNoMore: () => {
        admits = false;
      },
      detach: () => {
        for (const session of attachment.sessions) this.disconnect(session);
        this.#fanout.remove(attachment);
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
    return this.#asked(session, () => this.#membership.follow(session, channelNames, after));
  }

  /** Ends one subscription; a channel not followed is no error. */
  unsubscribe(session: Session, channelName: unknown): void {
    const name = parseChannel(channelName);
    const leave = () => this.#membership.leave(session, name);
    // What can't be refused is done at once where too much waits.
    if (session.waiting && mayWait(session))
      behind(session, session.waiting, leave).catch((error: unknown) => this.internalError(error));
    else leave();
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
    this.#membership.leaveAll(session);
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
    for (const { sessions } of this.#fanout.attachments)
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

  #assertLive(session: Session): void {
    if (!session.connected) throw new LabError("closed", "the session has ended; connect again");
    assertNotExpired(session.identity, this.#clock());
  }

  #asked<T>(session: Session, act: () => MaybePromise<T>): MaybePromise<T> {
    return this.#refusals.counted(() => underWay(session, act));
  }
}
