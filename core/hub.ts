import { type Authenticator, assertNotExpired, authorizeSubscribe, type Identity } from "./access.ts";
import { type ChannelName, isUserId, parseChannel, userChannel } from "./channel.ts";
import { ChannelTable } from "./channel-table.ts";
import { eventId, parseCursor } from "./cursor.ts";
import { LabError } from "./errors.ts";
import { DEFAULT_HEARTBEAT, type HeartbeatSettings } from "./heartbeat.ts";
import type { Accepted, HubEvent } from "./notification.ts";
import { RateLimit } from "./rate-limit.ts";
import { SentLog } from "./receipts.ts";
import type { Attachment, Deliver, Session } from "./session.ts";
import { assertBody } from "./validation.ts";

export interface HubOptions {
  /** Milliseconds since the Unix epoch. */
  readonly clock: () => number;
  readonly authenticate: Authenticator;
  /** A name for this hub's lifetime, 1-16 of [a-z0-9]; a new one per process lets clients notice a restart. */
  readonly epoch: string;
  /** Characters are Unicode code points. Default 1,000. */
  readonly maxBodyCharacters?: number;
  /** Per session; Infinity lifts it. Default 10. */
  readonly publishesPerMinute?: number;
  /** Events kept per channel for resumption; 0, the default, is transient. */
  readonly replayWindow?: number;
  /** Notifications that can still be marked as read. Default 10,000. */
  readonly receiptWindow?: number;
  /** Channels one session may follow. Default 100. */
  readonly maxSubscriptions?: number;
  /** Channels without a subscriber whose numbering and replay window are kept. Default 10,000. */
  readonly maxIdleChannels?: number;
  readonly heartbeat?: HeartbeatSettings;
}

export interface HubCounters {
  sessions: number;
  published: number;
  /** Events handed to outlets, once per subscriber, receipts included. */
  delivered: number;
  receipts: number;
  refused: number;
  /** Events that a slow subscriber did not get because its buffer was full. */
  dropped: number;
  /** Subscribers cut off because their buffer was full. */
  slowDisconnects: number;
  /** Bytes that were held unread for one subscriber, at the most. */
  mostHeldBytes: number;
}

export interface Subscribed {
  readonly channel: ChannelName;
  /** The channel's last sequence number. */
  readonly seq: number;
  /** Id of the hub's newest event of any channel: resuming from it replays all that follows this subscription. */
  readonly cursor: string;
  /** Events after the given cursor, oldest first, which the adapter sends behind its acknowledgement. */
  readonly replayed: readonly HubEvent[];
  /** True when events after the given cursor can no longer be replayed. */
  readonly missed: boolean;
}

/** An adapter's side of the hub: the sessions it opened, and the way back to them. */
export interface Outlet<Peer> {
  /** Opens a session for whom authenticate() has let in. */
  connect(identity: Identity, peer: Peer): Session<Peer>;
  /** Ends all of the outlet's sessions. */
  detach(): void;
}

/** The notification service, without a wire. All calls are synchronous; each throws LabError and then changes nothing. */
export class Hub {
  readonly heartbeat: HeartbeatSettings;
  readonly epoch: string;
  readonly counters: HubCounters = {
    sessions: 0,
    published: 0,
    delivered: 0,
    receipts: 0,
    refused: 0,
    dropped: 0,
    slowDisconnects: 0,
    mostHeldBytes: 0,
  };
  readonly #clock: () => number;
  readonly #authenticate: Authenticator;
  readonly #maxBodyCharacters: number;
  readonly #publishesPerMinute: number;
  readonly #maxSubscriptions: number;
  readonly #channels: ChannelTable;
  readonly #sent: SentLog;
  #position = 0;

  constructor(options: HubOptions) {
    this.#clock = options.clock;
    this.#authenticate = options.authenticate;
    this.epoch = options.epoch;
    this.heartbeat = options.heartbeat ?? DEFAULT_HEARTBEAT;
    this.#maxBodyCharacters = options.maxBodyCharacters ?? 1_000;
    this.#publishesPerMinute = options.publishesPerMinute ?? 10;
    this.#maxSubscriptions = options.maxSubscriptions ?? 100;
    this.#channels = new ChannelTable(options.replayWindow ?? 0, options.maxIdleChannels ?? 10_000);
    this.#sent = new SentLog(options.receiptWindow ?? 10_000);
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

  attach<Peer>(deliver: Deliver<Peer>): Outlet<Peer> {
    const attachment: Attachment = {
      // An audience holds only sessions of this attachment, all made by connect() below with this Peer.
      deliver: (event, audience) => deliver(event, audience as ReadonlySet<Session<Peer>>),
      sessions: new Set(),
    };
    return {
      connect: (identity, peer) => {
        const limit = new RateLimit(this.#publishesPerMinute, this.#clock());
        const session = {
          identity,
          peer,
          attachment,
          channels: new Set<ChannelName>(),
          limit,
          connected: true,
        };
        attachment.sessions.add(session);
        this.counters.sessions += 1;
        return session;
      },
      detach: () => {
        for (const session of attachment.sessions) this.disconnect(session);
      },
    };
  }

  /** Throws `invalid_channel`, `forbidden`, `invalid_cursor`, `too_many_subscriptions`, `unauthenticated`. */
  subscribe(session: Session, channelName: unknown, after?: unknown): Subscribed {
    this.#assertLive(session);
    return this.#counted(() => {
      const name = parseChannel(channelName);
      authorizeSubscribe(session.identity, name);
      const from = after === undefined ? undefined : parseCursor(this.epoch, after);
      if (!session.channels.has(name) && session.channels.size >= this.#maxSubscriptions) {
        throw new LabError(
          "too_many_subscriptions",
          `a session may follow ${this.#maxSubscriptions} channels`,
        );
      }
      const channel = this.#channels.join(name, session);
      session.channels.add(name);
      const standing = { channel: name, seq: channel.seq, cursor: eventId(this.epoch, this.#position) };
      if (!from) return { ...standing, replayed: [], missed: false };
      const { events, missed } = channel.replay.after(from.position);
      return { ...standing, replayed: events, missed: missed || from.foreign };
    });
  }

  /** Ends one subscription; a channel not followed is no error. */
  unsubscribe(session: Session, channelName: unknown): void {
    const name = parseChannel(channelName);
    if (session.channels.delete(name)) this.#channels.leave(name, session);
  }

  /** Throws `invalid_channel`, `invalid_body`, `body_too_long`, `rate_limited`, `unauthenticated`. */
  publish(session: Session, channelName: unknown, body: unknown): Accepted {
    this.#assertLive(session);
    return this.#counted(() => {
      const name = parseChannel(channelName);
      assertBody(body, this.#maxBodyCharacters);
      const at = this.#clock();
      if (!session.limit.take(at)) {
        throw new LabError(
          "rate_limited",
          `at most ${this.#publishesPerMinute} publishes a minute; wait and try again`,
        );
      }
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
      this.counters.published += 1;
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
      this.counters.receipts += 1;
    });
  }

  /** Whether what an adapter holds unread for one subscriber is within its bound; the most that any of them asks for is counted. */
  withinBound(heldBytes: number, maxBytes: number): boolean {
    if (heldBytes > this.counters.mostHeldBytes) this.counters.mostHeldBytes = heldBytes;
    return heldBytes <= maxBytes;
  }

  /** Idempotent; the session gets nothing after it. */
  disconnect(session: Session): void {
    if (!session.connected) return;
    session.connected = false;
    this.counters.sessions -= 1;
    for (const name of session.channels) this.#channels.leave(name, session);
    session.channels.clear();
    session.attachment.sessions.delete(session);
  }

  /** True once the session's token has run out; adapters ask at each heartbeat and then close the connection. */
  isExpired(session: Session): boolean {
    return this.#clock() >= session.identity.expiresAt;
  }

  #deliver<E extends HubEvent>(name: ChannelName, create: (id: string, seq: number) => E): E {
    this.#position += 1;
    const channel = this.#channels.touch(name);
    channel.seq += 1;
    const event = create(eventId(this.epoch, this.#position), channel.seq);
    channel.replay.push(this.#position, event);
    for (const [attachment, audience] of channel.audiences) {
      this.counters.delivered += audience.size;
      attachment.deliver(event, audience);
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
      this.counters.refused += 1;
      throw error;
    }
  }
}
