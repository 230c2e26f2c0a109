/** A minimal fan-out on one wire's own library, and nothing else: what the adapter of that wire is held against. */
export interface BareWire {
  /** The transport of the registry that it stands beside. */
  readonly wire: string;
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
  /** The naive loop: hands the text to every subscriber through the library's ordinary call. */
  broadcast(text: string): void;
  close(): Promise<void>;
}

export interface BareSubscriber {
  close(): void;
}
