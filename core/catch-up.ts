import { join } from "./audience.ts";
import type { ChannelStore } from "./channel-store.ts";
import { LabError } from "./errors.ts";
import type { HubEvent } from "./notification.ts";
import type { Channel, Session } from "./session.ts";

/**
 * What a session that resumes has still to be sent, oldest first over all its channels, so that the last id sent stands for all of
 * them. An adapter takes one event after the other, as fast as its peer reads; when there is none left, the session has joined the
 * audience of its channels and gets what comes then from the hub. It holds no events of its own: they are read from the replay window.
 */
export class CatchUp {
  readonly #store: Pick<ChannelStore, "epoch">;
  readonly #epoch: string;
  readonly #session: Session;
  /** With the position before which it is known that events are lost. */
  readonly #channels = new Map<Channel, number>();
  #position: number;

  constructor(store: Pick<ChannelStore, "epoch">, session: Session, position: number) {
    this.#store = store;
    this.#epoch = store.epoch;
    this.#session = session;
    this.#position = position;
  }

  /** Nothing is to be sent any more: the session has ended, or follows its channels anew or no longer. */
  get over(): boolean {
    return !this.#session.connected || this.#channels.size === 0;
  }

  add(channel: Channel): void {
    this.#channels.set(channel, channel.replay.lostUpTo);
  }

  /** The channel is followed anew or no longer. */
  remove(channel: Channel): void {
    this.#channels.delete(channel);
  }

  /**
   * The next event, or undefined when the session is up to date or over. Throws `slow_consumer` when what is next is no longer held,
   * because the peer read more slowly than others published, and `unavailable` when the backplane has lost it; the session is then to be
   * ended.
   */
  next(): HubEvent | undefined {
    if (!this.#session.connected) return undefined;
    if (this.#store.epoch !== this.#epoch)
      throw new LabError("unavailable", "the backplane has lost what was to be replayed; connect again");
    let next: { readonly position: number; readonly event: HubEvent } | undefined;
    for (const [{ replay }, knownLost] of this.#channels) {
      if (replay.lostUpTo > Math.max(this.#position, knownLost))
        throw new LabError("slow_consumer", "read too slowly to catch up; connect again");
      const held = replay.firstAfter(this.#position);
      if (held && (!next || held.position < next.position)) next = held;
    }
    if (next) {
      this.#position = next.position;
      return next.event;
    }
    for (const channel of this.#channels.keys()) join(channel, this.#session);
    this.#channels.clear();
    return undefined;
  }
}
