import { type Authenticator, assertNotExpired, type Identity } from "./access.ts";
import { CatchUp } from "./catch-up.ts";
import { type ChannelName, isUserId, parseChannel, userChannel } from "./channel.ts";
import { ChannelTable } from "./channel-table.ts";
import { eventId, parseCursor } from "./cursor.ts";
import { LabError } from "./errors.ts";
import { Expiries, nodeSchedule } from "./expiry.ts";
import { DEFAULT_HEARTBEAT, type HeartbeatSettings } from "./heartbeat.ts";
import { type HubCounters, type HubOptions, newCounters } from "./hub-options.ts";
import type { Accepted, HubEvent } from "./notification.ts";
import { SentLog } from "./receipts.ts";
import type { Attachment, Deliver, Outlet, Session } from "./session.ts";
import { followable, type Subscriptions } from "./subscriptions.ts";
import { Users } from "./users.ts";
import { assertBody } from "./validation.ts";

/** The notification service, without a transport. All calls are synchronous; each throws LabError and then changes nothing. */
export class Hub {
  readonly heartbeat: HeartbeatSettings;
  readonly epoch: string;
  readonly #counters = newCounters();
  readonly #clock: () => number;
  readonly #authenticate: Authenticator;
  readonly #maxBodyCharacters: number;
  readonly #maxSubscriptions: number;
  readonly #channels: ChannelTable;
  readonly #users: Users;
  readonly #expiries: Expiries;
  readonly #onAccepted: HubOptions["onAccepted"];
  readonly #onInternalError: (error: unknown) => void;
  readonly #sent: SentLog;
  #position = 0;

  constructor(options: HubOptions) {
    this.#clock = options.clock;
    this.#authenticate = options.authenticate;
    this.epoch = options.epoch;
    this.heartbeat = options.heartbeat ?? DEFAULT_HEARTBEAT;
    this.#maxBodyCharacters = options.maxBodyCharacters ?? 1_000;
    this.#maxSubscriptions = options.maxSubscriptions ?? 100;
    this.#onAccepted = options.onAccepted;
    this.#onInternalError = options.onInternalError ?? (() => undefined);
    this.#channels = new ChannelTable({
      replayWindow: options.replayWindow ?? 0,
      replayBudgetBytes: options.replayBudgetBytes ?? 64 * 1024 * 1024,
      maxIdle: options.maxIdleChannels ?? 10_000,
    });
    this.#users = new Users({
      publishesPerMinute: options.publishesPerMinute ?? 10,
      maxSessions: options.maxSessionsPerUser ?? 50,
    });
    this.#expiries = new Expiries(options.clock, options.schedule ?? nodeSchedule, (session) =>
      this.#expire(session),
    );
    this.#sent = new SentLog(options.receiptWindow ?? 10_000);
  }

  /** What has happened so far; counted here and nowhere else. */
  get counters(): Readonly<HubCounters> {
    return this.#counters;
  }

  /** Bytes that the events kept for resumption take, by an estimate. */
  get replayBytes(): number {
    return this.#channels.replayBytes;
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
    const identity = this.authenticate(token);
    this.#counted(() => this.#users.assertRoom(identity.user));
    return identity;
  }

  /**
   * `deliver` hands an event to the adapter's subscribers. `expired` is called once for a session whose token has run out: the adapter
   * tells its client `unauthenticated` and ends the connection. The session is over when it returns.
   */
  attach<Peer>(deliver: Deliver<Peer>, expired: (session: Session<Peer>) => void): Outlet<Peer> {
    const attachment: Attachment = {
      // An audience holds only sessions of this attachment, all made by connect() below with this Peer.
      deliver: (event, audience) => deliver(event, audience as ReadonlySet<Session<Peer>>),
      expired: (session) => expired(session as Session<Peer>),
      sessions: new Set(),
    };
    return {
      connect: (identity, peer) => {
        this.#counted(() => this.#users.assertRoom(identity.user));
        const session = { identity, peer, attachment, channels: new Map(), connected: true };
        attachment.sessions.add(session);
        this.#users.enter(identity.user);
        this.#expiries.add(session);
        this.#counters.sessions += 1;
        return session;
      },
      detach: () => {
        for (const session of attachment.sessions) this.disconnect(session);
      },
    };
  }

  /**
   * Follows channels, all or none of them. Throws `invalid_channel`, `forbidden`, `invalid_cursor`, `too_many_subscriptions`,
   * `unauthenticated`.
   */
  subscribe(session: Session, channelNames: readonly unknown[], after?: unknown): Subscriptions {
    this.#assertLive(session);
    return this.#counted(() => {
      const from = after === undefined ? undefined : parseCursor(this.epoch, after);
      const names = followable(session, channelNames, this.#maxSubscriptions);
      const cursor = eventId(this.epoch, this.#position);
      const catchUp = from && new CatchUp(this.#channels, session, from.position);
      let behind = false;
      const standings = names.map((name) => {
        this.unsubscribe(session, name);
        const channel = this.#channels.follow(name);
        session.channels.set(name, { channel, catchUp });
        const standing = { channel: name, seq: channel.seq, cursor };
        if (!from || !catchUp) {
          this.#channels.join(channel, session);
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
    });
  }

  /** Ends one subscription; a channel not followed is no error. */
  unsubscribe(session: Session, channelName: unknown): void {
    const name = parseChannel(channelName);
    const following = session.channels.get(name);
    if (!following) return;
    following.catchUp?.remove(following.channel);
    session.channels.delete(name);
    this.#channels.unfollow(name, session);
  }

  /** Throws `invalid_channel`, `invalid_body`, `body_too_long`, `rate_limited`, `unauthenticated`. */
  publish(session: Session, channelName: unknown, body: unknown): Accepted {
    this.#assertLive(session);
    return this.#counted(() => {
      const name = parseChannel(channelName);
      assertBody(body, this.#maxBodyCharacters);
      const at = this.#clock();
      this.#users.takePublish(session.identity.user, at);
      const from = session.identity.user;
      const event = this.#deliver(name, (id, seq) => ({
        kind: "notification",
        id,
        channel: name,
        seq,
        from,
        body,
        at,
      }));
      this.#sent.add(event.id, name, from);
      this.#counters.published += 1;
      return { id: event.id, seq: event.seq, at };
    });
  }

  /** Sends a receipt to the notification's sender, once per reader. Throws `unknown_notification`, `unauthenticated`. */
  markRead(session: Session, id: unknown): void {
    this.#assertLive(session);
    this.#counted(() => {
      const sent = typeof id === "string" ? this.#sent.find(id) : undefined;
      // Who may not read a channel learns nothing about what was sent there.
      if (typeof id !== "string" || !sent || !session.channels.has(sent.channel)) {
        throw new LabError(
          "unknown_notification",
          "no such notification here, or it is too old to be marked as read",
        );
      }
      const by = session.identity.user;
      if (!this.#sent.markRead(id, by)) return;
      const channel = userChannel(sent.from);
      const at = this.#clock();
      this.#deliver(channel, (eventId, seq) => ({
        kind: "receipt",
        id: eventId,
        channel,
        seq,
        of: id,
        by,
        at,
      }));
      this.#counters.receipts += 1;
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
    for (const name of session.channels.keys()) this.#channels.unfollow(name, session);
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

  #expire(session: Session): void {
    try {
      session.attachment.expired(session);
    } catch (error) {
      this.internalError(error);
    }
    this.disconnect(session);
  }

  #deliver<E extends HubEvent>(name: ChannelName, create: (id: string, seq: number) => E): E {
    this.#position += 1;
    const channel = this.#channels.touch(name);
    channel.seq += 1;
    const event = create(eventId(this.epoch, this.#position), channel.seq);
    channel.replay.push(this.#position, event);
    if (this.#onAccepted && event.kind === "notification") {
      let subscribers = 0;
      for (const audience of channel.audiences.values()) subscribers += audience.size;
      this.#onAccepted(event, subscribers);
    }
    for (const [attachment, audience] of channel.audiences) {
      this.#counters.delivered += audience.size;
      try {
        attachment.deliver(event, audience);
      } catch (error) {
        // The publisher has done nothing wrong; an adapter that knows which connection it was ends that one itself.
        this.internalError(error);
      }
    }
    return event;
  }

  #assertLive(session: Session): void {
    if (!session.connected) throw new LabError("closed", "the session has ended; connect again");
    assertNotExpired(session.identity, this.#clock());
  }

  #counted<T>(act: () => T): T {
    try {
      return act();
    } catch (error) {
      this.#counters.refused += 1;
      throw error;
    }
  }
}
