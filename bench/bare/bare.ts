/**
 * A minimal fan-out, and nothing else, in the same manner as the adapter that it stands beside: through the transport's library as its
 * documentation has it, and for a raw variant past it.
 */
export interface BareTransport {
  /** The transport of the registry that it stands beside. */
  readonly transport: string;
  /** What its broadcast does for each subscriber, in some words. */
  readonly loop: string;
  /** A server without authentication, validation, bounds, heartbeats or accounting. */
  serve(): Promise<BareServer>;
  /**
   * One subscriber as the library offers it, that counts and does no more. It speaks just enough of the adapter's protocol (token, subscription to
   * `channel`) to work against both servers, so that the client's cost is the same on both sides. `onMessage` is called once
   * per delivered notification, never for acknowledgements.
   */
  subscribe(url: string, token: string, channel: string, onMessage: () => void): Promise<BareSubscriber>;
}

export interface BareServer {
  readonly url: string;
  /** Encodes the text once, where the library offers that, and hands it to every subscriber. */
  broadcast(text: string): void;
  /** Processes beside its own that serve: their CPU time counts as well. */
  processes?(): readonly number[];
  close(): Promise<void>;
}

export interface BareSubscriber {
  close(): void;
}
