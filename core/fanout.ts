import type { LabError } from "./errors.ts";
import type { HubCounters, HubOptions, HubWatch } from "./hub-options.ts";
import type { Delivery } from "./notification.ts";
import type { Attachment, Channel, Deliver, Session } from "./session.ts";

const NOBODY: ReadonlySet<Session> = new Set();

interface FanoutSettings {
  readonly counters: HubCounters;
  readonly watch: Partial<HubWatch>;
  readonly onAccepted: HubOptions["onAccepted"] | undefined;
  /** Told of what an adapter throws. */
  readonly onError: (error: unknown) => void;
}

/** The adapters of a hub, and an event's way to those whose sessions follow its channel. */
export class Fanout {
  readonly #counters: HubCounters;
  readonly #watch: Partial<HubWatch>;
  readonly #onAccepted: FanoutSettings["onAccepted"];
  readonly #onError: (error: unknown) => void;
  readonly #attachments = new Set<Attachment>();
  /** Adapters that are told of events that nobody here follows, too. */
  #relays: readonly Attachment[] = [];

  constructor({ counters, watch, onAccepted, onError }: FanoutSettings) {
    this.#counters = counters;
    this.#watch = watch;
    this.#onAccepted = onAccepted;
    this.#onError = onError;
  }

  /** In the order in which they came. */
  get attachments(): Iterable<Attachment> {
    return this.#attachments;
  }

  /** Takes an adapter, as Hub.attach() has it described. */
  add<Peer>(
    deliver: Deliver<Peer>,
    end: (session: Session<Peer>, reason: LabError) => void,
    everything: boolean,
  ): Attachment {
    const attachment: Attachment = {
      // An audience holds only sessions of this attachment, all made by its own outlet with this Peer.
      deliver: (event, audience) => deliver(event, audience as ReadonlySet<Session<Peer>>),
      end: (session, reason) => end(session as Session<Peer>, reason),
      sessions: new Set(),
    };
    this.#attachments.add(attachment);
    if (everything) this.#relays = [...this.#relays, attachment];
    return attachment;
  }

  /** It gets nothing more; its sessions are the caller's to end. */
  remove(attachment: Attachment): void {
    this.#attachments.delete(attachment);
    this.#relays = this.#relays.filter((relay) => relay !== attachment);
  }

  /** Hands an event to all that are in the channel's audience. Never throws. */
  readonly deliver = (channel: Channel, event: Delivery): void => {
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
      this.#onError(error);
    }
  }
}
