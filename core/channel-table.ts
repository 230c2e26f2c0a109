import type { ChannelName } from "./channel.ts";
import { ReplayWindow } from "./replay.ts";
import { ReplayBudget } from "./replay-budget.ts";
import type { Channel } from "./session.ts";

export interface ChannelTableOptions {
  readonly replayWindow: number;
  readonly replayBudgetBytes: number;
  /** At least 1. */
  readonly maxIdle: number;
}

/**
 * All channels in use, and up to `maxIdle` of those that nobody follows any more, the longest unused forgotten first. One on which
 * nothing was ever published is not kept at all. A channel that was forgotten begins anew; a cursor older than what was forgotten is
 * then answered with "missed".
 */
export class ChannelTable {
  readonly #options: ChannelTableOptions;
  readonly #budget: ReplayBudget;
  readonly #channels = new Map<ChannelName, Channel>();
  /** Insertion order is order of last use. */
  readonly #idle = new Set<ChannelName>();
  #forgottenUpTo = 0;

  constructor(options: ChannelTableOptions) {
    this.#options = options;
    this.#budget = new ReplayBudget(options.replayBudgetBytes);
  }

  /** Bytes that all replay windows hold, an estimate. */
  get replayBytes(): number {
    return this.#budget.bytes;
  }

  /** The channel to publish on, made if need be, and noted as just used. */
  touch(name: ChannelName): Channel {
    const channel = this.#find(name);
    if (channel.followers > 0) return channel;
    this.#idle.delete(name);
    this.#idle.add(name);
    this.#forgetOldest();
    return channel;
  }

  /** Notes one more follower, which gets nothing yet. */
  follow(name: ChannelName): Channel {
    const channel = this.#find(name);
    channel.followers += 1;
    this.#idle.delete(name);
    return channel;
  }

  unfollow(name: ChannelName): void {
    const channel = this.#channels.get(name);
    if (!channel) return;
    channel.followers -= 1;
    if (channel.followers > 0) return;
    if (channel.seq === 0) {
      this.#channels.delete(name);
      return;
    }
    this.#idle.add(name);
    this.#forgetOldest();
  }

  #find(name: ChannelName): Channel {
    const known = this.#channels.get(name);
    if (known) return known;
    const replay = new ReplayWindow(this.#options.replayWindow, this.#forgottenUpTo, this.#budget);
    const channel: Channel = { seq: 0, replay, audiences: new Map(), followers: 0, ready: undefined };
    this.#channels.set(name, channel);
    return channel;
  }

  #forgetOldest(): void {
    if (this.#idle.size <= Math.max(1, this.#options.maxIdle)) return;
    for (const name of this.#idle) {
      const replay = this.#channels.get(name)?.replay;
      this.#forgottenUpTo = Math.max(this.#forgottenUpTo, replay?.newest ?? 0);
      replay?.clear();
      this.#channels.delete(name);
      this.#idle.delete(name);
      return;
    }
  }
}
