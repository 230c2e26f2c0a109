import type { ChannelName } from "./channel.ts";
import { ReplayWindow } from "./replay.ts";
import type { Attachment, Session } from "./session.ts";

/** One channel as the hub keeps it. */
export interface Channel {
  seq: number;
  readonly replay: ReplayWindow;
  /** Subscribers by adapter, so that each adapter gets its own in one piece. */
  readonly audiences: Map<Attachment, Set<Session>>;
}

/**
 * All channels in use, and up to `maxIdle` (at least 1) of those without a subscriber, the longest unused forgotten first. A channel that
 * was forgotten begins anew; a cursor older than what was forgotten is then answered with "missed".
 */
export class ChannelTable {
  readonly #replayCapacity: number;
  readonly #maxIdle: number;
  readonly #channels = new Map<ChannelName, Channel>();
  /** Insertion order is order of last use. */
  readonly #idle = new Set<ChannelName>();
  #forgottenUpTo = 0;

  constructor(replayCapacity: number, maxIdle: number) {
    this.#replayCapacity = replayCapacity;
    this.#maxIdle = Math.max(1, maxIdle);
  }

  get size(): number {
    return this.#channels.size;
  }

  /** The channel, made if need be, and noted as just used. */
  touch(name: ChannelName): Channel {
    let channel = this.#channels.get(name);
    if (channel && channel.audiences.size > 0) return channel;
    if (!channel) {
      channel = {
        seq: 0,
        replay: new ReplayWindow(this.#replayCapacity, this.#forgottenUpTo),
        audiences: new Map(),
      };
      this.#channels.set(name, channel);
    }
    this.#idle.delete(name);
    this.#idle.add(name);
    this.#forgetOldest();
    return channel;
  }

  join(name: ChannelName, session: Session): Channel {
    const channel = this.touch(name);
    this.#idle.delete(name);
    const audience = channel.audiences.get(session.attachment);
    if (audience) audience.add(session);
    else channel.audiences.set(session.attachment, new Set([session]));
    return channel;
  }

  leave(name: ChannelName, session: Session): void {
    const channel = this.#channels.get(name);
    const audience = channel?.audiences.get(session.attachment);
    if (!channel || !audience) return;
    audience.delete(session);
    if (audience.size > 0) return;
    channel.audiences.delete(session.attachment);
    if (channel.audiences.size > 0) return;
    this.#idle.add(name);
    this.#forgetOldest();
  }

  #forgetOldest(): void {
    if (this.#idle.size <= this.#maxIdle) return;
    for (const name of this.#idle) {
      const newest = this.#channels.get(name)?.replay.newest ?? 0;
      this.#forgottenUpTo = Math.max(this.#forgottenUpTo, newest);
      this.#channels.delete(name);
      this.#idle.delete(name);
      return;
    }
  }
}
