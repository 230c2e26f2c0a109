import type { Placed, Post, Reading } from "./backplane.ts";
import { type ChannelName, userChannel } from "./channel.ts";
import type { ChannelStore, DeliverTo } from "./channel-store.ts";
import { ChannelTable, type ChannelTableOptions } from "./channel-table.ts";
import { eventId } from "./cursor.ts";
import type { HubEvent } from "./notification.ts";
import { SentLog, unknownNotification } from "./receipts.ts";
import type { Channel } from "./session.ts";
import type { Users } from "./users.ts";

export interface LocalChannelsOptions extends ChannelTableOptions {
  readonly epoch: string;
  readonly receiptWindow: number;
  readonly users: Users;
  readonly deliver: DeliverTo;
}

/** The channels of a hub that is alone: all of it in memory and in the same tick. */
export class LocalChannels implements ChannelStore {
  readonly epoch: string;
  readonly #table: ChannelTable;
  readonly #sent: SentLog;
  readonly #users: Users;
  readonly #deliver: DeliverTo;
  #position = 0;

  constructor(options: LocalChannelsOptions) {
    this.epoch = options.epoch;
    this.#table = new ChannelTable(options);
    this.#sent = new SentLog(options.receiptWindow);
    this.#users = options.users;
    this.#deliver = options.deliver;
  }

  get position(): number {
    return this.#position;
  }

  get replayBytes(): number {
    return this.#table.replayBytes;
  }

  follow(name: ChannelName): Channel {
    return this.#table.follow(name);
  }

  unfollow(name: ChannelName): void {
    this.#table.unfollow(name);
  }

  reach(): undefined {
    return undefined;
  }

  publish(post: Post): Placed {
    if (post.kind === "notification") this.#users.takePublish(post.from, post.at);
    const event = this.#place(post);
    if (event.kind === "notification") this.#sent.add(event.id, event.channel, event.from);
    return event;
  }

  markRead({ id, by, at, channels }: Reading): boolean {
    const sent = this.#sent.find(id);
    if (!sent || !channels.has(sent.channel)) throw unknownNotification();
    if (!this.#sent.markRead(id, by)) return false;
    this.#place({ kind: "receipt", channel: userChannel(sent.from), of: id, by, at });
    return true;
  }

  #place(post: Post): HubEvent {
    this.#position += 1;
    const channel = this.#table.touch(post.channel);
    channel.seq += 1;
    const event = numbered(post, eventId(this.epoch, this.#position), channel.seq);
    channel.replay.push(this.#position, event);
    this.#deliver(channel, event);
    return event;
  }
}

/** The event that a post becomes. */
export function numbered(post: Post, id: string, seq: number): HubEvent {
  const { kind, channel, at } = post;
  return kind === "notification"
    ? { kind, id, channel, seq, from: post.from, body: post.body, at }
    : { kind, id, channel, seq, of: post.of, by: post.by, at };
}
