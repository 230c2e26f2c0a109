import { LabError } from "../../core/errors.ts";
import type { Delivery } from "../../core/notification.ts";
import { type ClientSettings, connectDefaults } from "../port/defaults.ts";
import type {
  Capabilities,
  CloseReason,
  ConnectOptions,
  OnEvent,
  Subscription,
  TransportClient,
} from "../port/transport.ts";
import { type Fields, isAccepted, isSubscribeResult, type Operation } from "./envelope.ts";
import { pause } from "./pause.ts";

/** One live connection of a transport, as its client module makes it. */
export interface ClientConnection {
  /** Settles with the answer as it came, unchecked. Rejects with the hub's codes, `timeout`, or `closed`. */
  request(operation: Operation): Promise<Fields>;
  /** Ends the connection gracefully, as the transport does; settles when nothing of it is left. */
  close(): Promise<void>;
  /** The library has restored the session of the connection before, and sends all that it missed. */
  readonly recovered?: boolean;
}

/** What a connection reports. After `down` (at most one) it reports nothing more and holds nothing open. */
export interface ConnectionEvents {
  readonly event: (event: Delivery) => void;
  readonly down: (reason: LabError) => void;
}

/** Opens an authenticated connection. When `signal` aborts it must reject with the signal's reason and leave nothing open. */
export type OpenConnection = (
  settings: ClientSettings,
  events: ConnectionEvents,
  signal: AbortSignal,
) => Promise<ClientConnection>;

interface Follow {
  readonly onEvent: OnEvent;
  cursor: string | undefined;
}

/**
 * The client of a transport whose library does not reconnect by itself: opens connections, restores subscriptions on a new one from the
 * last event seen (where the transport can resume), and gives up after the policy's attempts or when the token is refused.
 */
export async function connectClient(
  open: OpenConnection,
  options: ConnectOptions,
  supports: Capabilities,
): Promise<TransportClient> {
  const client = new ReconnectingClient(open, connectDefaults(options), supports.resume);
  await client.start();
  return client;
}

class ReconnectingClient implements TransportClient {
  readonly closed: Promise<CloseReason>;
  readonly #open: OpenConnection;
  readonly #settings: ClientSettings;
  readonly #resume: boolean;
  readonly #follows = new Map<string, Follow>();
  readonly #ending = new AbortController();
  readonly #dead = new WeakMap<ClientConnection, LabError>();
  #settleClosed: (reason: CloseReason) => void = () => undefined;
  #connection: ClientConnection | undefined;
  #restoring: ClientConnection | undefined;
  readonly #gaps = new Set<string>();
  #recovery: Promise<void> | undefined;

  constructor(open: OpenConnection, settings: ClientSettings, resume: boolean) {
    this.#open = open;
    this.#settings = settings;
    this.#resume = resume;
    this.closed = new Promise((resolve) => {
      this.#settleClosed = resolve;
    });
  }

  async start(): Promise<void> {
    const { signal } = this.#settings;
    const abort = () => this.#ending.abort(new LabError("closed", "connect was aborted"));
    if (signal?.aborted) abort();
    signal?.addEventListener("abort", abort, { once: true });
    try {
      this.#connection = await this.#openConnection();
    } finally {
      signal?.removeEventListener("abort", abort);
    }
  }

  async subscribe(channel: string, onEvent: OnEvent, after?: string): Promise<Subscription> {
    if (after !== undefined && !this.#resume) {
      throw new LabError("unsupported", "this transport can't resume from a cursor; subscribe without one");
    }
    const before = this.#follows.get(channel);
    // Registered first: replayed events may come in the same packet as the answer.
    const follow: Follow = { onEvent, cursor: after };
    this.#follows.set(channel, follow);
    try {
      const subscription = await this.#subscribeOn(this.#live(), channel, after);
      follow.cursor ??= subscription.cursor;
      return subscription;
    } catch (error) {
      if (this.#follows.get(channel) === follow) {
        if (before) this.#follows.set(channel, before);
        else this.#follows.delete(channel);
      }
      throw error;
    }
  }

  async publish(draft: { readonly channel: string; readonly body: string }) {
    const result = await this.#live().request({ op: "publish", channel: draft.channel, body: draft.body });
    if (!isAccepted(result)) throw new LabError("malformed", "the server's answer is not an acceptance");
    return result;
  }

  async markRead(id: string): Promise<void> {
    await this.#live().request({ op: "read", id });
  }

  async close(): Promise<void> {
    this.#ending.abort(new LabError("closed", "the client was closed"));
    await this.#restoring?.close();
    await this.#recovery;
    const connection = this.#connection;
    this.#connection = undefined;
    await connection?.close();
    this.#settleClosed({ code: "closed", message: "closed by the client" });
  }

  #live(): ClientConnection {
    if (this.#connection) return this.#connection;
    const ended = this.#ending.signal.aborted;
    throw new LabError(
      "closed",
      ended ? "the client is closed" : "the connection is lost; reconnecting, try again",
    );
  }

  async #subscribeOn(
    connection: ClientConnection,
    channel: string,
    after: string | undefined,
  ): Promise<Subscription> {
    const operation = { op: "subscribe", channel } as const;
    const result = await connection.request(after === undefined ? operation : { ...operation, after });
    if (!isSubscribeResult(result))
      throw new LabError("malformed", "the server's answer is not a subscription");
    return { seq: result.seq, cursor: this.#resume ? result.cursor : undefined, missed: result.missed };
  }

  /** Settles with a connection, or rejects with the reason; aborted by close() and by the connect time-out. */
  async #openConnection(): Promise<ClientConnection> {
    const { connectTimeoutMs } = this.#settings;
    const attempt = new AbortController();
    const { signal } = this.#ending;
    const end = () => attempt.abort(signal.reason);
    if (signal.aborted) throw LabError.from(signal.reason);
    signal.addEventListener("abort", end, { once: true });
    const timer = setTimeout(() => {
      attempt.abort(new LabError("timeout", `no connection within ${connectTimeoutMs} ms`));
    }, connectTimeoutMs);
    let down: LabError | undefined;
    let connection: ClientConnection | undefined;
    const events: ConnectionEvents = {
      event: (event) => {
        const follow = this.#follows.get(event.channel);
        if (!follow) return;
        follow.cursor = event.id;
        if (event.kind !== "gap") follow.onEvent(event);
        // While subscriptions are being restored it is told with their outcome.
        else if (this.#restoring) this.#gaps.add(event.channel);
        else this.#settings.onState?.({ state: "connected", missed: [event.channel] });
      },
      down: (reason) => {
        down = reason;
        if (!connection) return;
        this.#dead.set(connection, reason);
        if (this.#connection === connection) this.#lost(reason);
      },
    };
    try {
      connection = await this.#open(this.#settings, events, attempt.signal);
    } catch (error) {
      throw LabError.from(error, "unreachable");
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
    }
    if (down) throw down;
    return connection;
  }

  #lost(reason: LabError): void {
    this.#connection = undefined;
    if (this.#ending.signal.aborted) return;
    this.#recovery = this.#recover(reason).finally(() => {
      this.#recovery = undefined;
    });
  }

  async #recover(reason: LabError): Promise<void> {
    const { attempts, delayMs, jitter } = this.#settings.reconnect;
    let last = reason;
    if (attempts > 0) this.#settings.onState?.({ state: "reconnecting", reason: closeReason(reason) });
    for (let attempt = 0; attempt < attempts && last.code !== "unauthenticated"; attempt += 1) {
      await pause(delayMs * (1 + jitter * (2 * Math.random() - 1)), this.#ending.signal);
      if (this.#ending.signal.aborted) return;
      try {
        const connection = await this.#openConnection();
        const missed = await this.#restore(connection);
        const dead = this.#dead.get(connection);
        if (dead) throw dead;
        if (this.#ending.signal.aborted) return await connection.close();
        this.#connection = connection;
        this.#settings.onState?.({ state: "connected", missed });
        return;
      } catch (error) {
        last = LabError.from(error);
      }
    }
    if (this.#ending.signal.aborted) return;
    this.#ending.abort(last);
    this.#settleClosed(closeReason(last));
  }

  /** Puts every subscription on the new connection before it becomes the client's; closes it again if one fails. */
  async #restore(connection: ClientConnection): Promise<string[]> {
    const missed: string[] = [];
    this.#gaps.clear();
    this.#restoring = connection;
    try {
      for (const [channel, follow] of this.#follows) {
        const standing = await this.#subscribeOn(
          connection,
          channel,
          this.#resume ? follow.cursor : undefined,
        );
        follow.cursor ??= standing.cursor;
        if (standing.missed || !(this.#resume || connection.recovered)) missed.push(channel);
      }
      return [...new Set([...missed, ...this.#gaps])];
    } catch (error) {
      await connection.close();
      throw error;
    } finally {
      this.#restoring = undefined;
    }
  }
}

function closeReason(error: LabError): CloseReason {
  return { code: error.code, message: error.message };
}
