import type {
  Backplane,
  BackplaneNode,
  BackplaneSettings,
  Placed,
  Post,
  Publication,
  Reading,
  Restored,
  Standing,
} from "./backplane.ts";
import type { ChannelName } from "./channel.ts";
import type { ChannelStore, DeliverTo } from "./channel-store.ts";
import { eventId } from "./cursor.ts";
import { ReplayWindow } from "./replay.ts";
import { ReplayBudget } from "./replay-budget.ts";
import type { Channel } from "./session.ts";
import type { Users } from "./users.ts";

export interface SharedChannelsOptions {
  readonly backplane: Backplane;
  readonly settings: BackplaneSettings;
  readonly replayBudgetBytes: number;
  readonly clock: () => number;
  readonly users: Users;
  readonly deliver: DeliverTo;
}

interface Followed {
  readonly channel: Channel;
  /** What came before its standing did. */
  early: Publication[] | undefined;
}

/**
 * The channels that one node follows, each with a copy of what the backplane holds of it, so that whoever follows a channel that somebody
 * on this node follows already waits for nothing. A channel that nobody follows here is not kept.
 */
export class SharedChannels implements ChannelStore, BackplaneNode {
  readonly settings: BackplaneSettings;
  readonly #backplane: Backplane;
  readonly #budget: ReplayBudget;
  readonly #clock: () => number;
  readonly #users: Users;
  readonly #deliver: DeliverTo;
  readonly #followed = new Map<ChannelName, Followed>();

  constructor(options: SharedChannelsOptions) {
    this.settings = options.settings;
    this.#backplane = options.backplane;
    this.#budget = new ReplayBudget(options.replayBudgetBytes);
    this.#clock = options.clock;
    this.#users = options.users;
    this.#deliver = options.deliver;
    this.#backplane.start(this);
  }

  get epoch(): string {
    return this.#backplane.epoch;
  }

  get position(): number {
    return this.#backplane.position;
  }

  get replayBytes(): number {
    return this.#budget.bytes;
  }

  follow(name: ChannelName): Channel {
    const { channel } = this.#followed.get(name) ?? this.#begin(name);
    channel.followers += 1;
    return channel;
  }

  unfollow(name: ChannelName): void {
    const followed = this.#followed.get(name);
    if (!followed) return;
    const { channel } = followed;
    channel.followers -= 1;
    if (channel.followers > 0) return;
    this.#followed.delete(name);
    channel.replay.clear();
    this.#backplane.unfollow(name);
  }

  reach(position: number): Promise<void> | undefined {
    return position > this.position ? this.#backplane.catchUp() : undefined;
  }

  publish(post: Post): Promise<Placed> {
    // Who is beyond the limit on this node alone is told so without a question to the backplane.
    if (post.kind === "notification") this.#users.takePublish(post.from, post.at);
    return this.#backplane.publish(post);
  }

  markRead(reading: Reading): Promise<boolean> {
    return this.#backplane.markRead(reading);
  }

  *followed(): Iterable<readonly [ChannelName, number]> {
    for (const [name, { channel, early }] of this.#followed) if (!early) yield [name, channel.replay.newest];
  }

  publication(publication: Publication): boolean {
    const followed = this.#followed.get(publication.event.channel);
    if (!followed) return true;
    if (!followed.early) return this.#receive(followed.channel, publication);
    followed.early.push(publication);
    return true;
  }

  restored({ since, renewed, standings }: Restored): void {
    const missed: Publication[] = [];
    for (const [name, standing] of standings) {
      const followed = this.#followed.get(name);
      // Followed anew meanwhile: its own standing comes.
      if (!followed || followed.early) continue;
      const had = standing.forgotten ? since : followed.channel.replay.newest;
      // What the backplane holds from before is not what was sent before.
      const lostUpTo = renewed ? Math.max(since, standing.lostUpTo) : standing.lostUpTo;
      if (renewed || lostUpTo > had) this.#tellGap(name, followed.channel, { ...standing, lostUpTo });
      missed.push(...standing.events);
    }
    missed.sort((one, other) => one.position - other.position);
    for (const publication of missed) {
      const followed = this.#followed.get(publication.event.channel);
      if (followed) this.#take(followed.channel, publication);
    }
  }

  #begin(name: ChannelName): Followed {
    const replay = new ReplayWindow(this.settings.replayWindow, 0, this.#budget);
    const channel: Channel = { seq: 0, replay, audiences: new Map(), followers: 0, ready: undefined };
    const followed: Followed = { channel, early: [] };
    this.#followed.set(name, followed);
    channel.ready = this.#backplane.follow(name).then((standing) => this.#install(followed, standing));
    // Whoever waits for it is told; it may be that nobody does any more.
    channel.ready.catch(() => undefined);
    return followed;
  }

  #install(followed: Followed, { seq, lostUpTo, events }: Standing): void {
    const { channel, early = [] } = followed;
    channel.seq = seq;
    channel.replay.restart(lostUpTo);
    for (const { position, event } of events) channel.replay.push(position, event);
    followed.early = undefined;
    channel.ready = undefined;
    // Nobody is in its audience yet.
    for (const publication of early) this.#take(channel, publication);
  }

  #receive(channel: Channel, publication: Publication): boolean {
    if (publication.previous > channel.replay.newest) return false;
    this.#take(channel, publication);
    return true;
  }

  /** Unless it has come before. */
  #take(channel: Channel, { position, event }: Publication): void {
    if (position <= channel.replay.newest) return;
    channel.seq = event.seq;
    channel.replay.push(position, event);
    this.#deliver(channel, event);
  }

  #tellGap(name: ChannelName, channel: Channel, { seq, lostUpTo, events }: Standing): void {
    channel.seq = seq;
    channel.replay.restart(lostUpTo);
    this.#deliver(channel, {
      kind: "gap",
      id: eventId(this.epoch, lostUpTo),
      channel: name,
      seq: (events[0]?.event.seq ?? seq + 1) - 1,
      at: this.#clock(),
    });
  }
}
