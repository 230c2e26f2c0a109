import { LabError } from "../../core/errors.ts";
import type { Notification } from "../../core/notification.ts";
import type { ConnectInPage, PageTransport, pageTransports } from "../../transports/browser.ts";
import type { CloseReason, OnEvent } from "../../transports/port/transport.ts";

interface Connected {
  readonly onEvents: Map<string, OnEvent>;
  end(reason: CloseReason): void;
}

/** A server in the same process, with one client of each transport for pages, which keeps all that was published. */
class FakeServer {
  unreachable: readonly PageTransport[] = [];
  refuses: (token: string) => boolean = () => false;
  missed = false;
  read: string[] = [];
  addresses: string[] = [];
  readonly #clients = new Set<Connected>();
  #kept: Notification[] = [];

  reset(): void {
    this.unreachable = [];
    this.refuses = () => false;
    this.missed = false;
    this.read = [];
    this.addresses = [];
    this.#kept = [];
  }

  get open(): number {
    return this.#clients.size;
  }

  /** The transports for pages, with clients of this server. */
  inPlaceOf(real: typeof pageTransports) {
    return Object.fromEntries(
      Object.entries(real).map(([name, one]) => [
        name,
        { ...one, load: async () => this.#connect(name as PageTransport) },
      ]),
    );
  }

  publish(channel: string, body: string): Notification {
    const seq = this.#kept.length + 1;
    const notification: Notification = {
      kind: "notification",
      id: `x-${seq}`,
      channel: channel as Notification["channel"],
      seq,
      from: "ann",
      body,
      at: Date.now(),
    };
    this.#kept.push(notification);
    for (const { onEvents } of this.#clients) onEvents.get(channel)?.(notification);
    return notification;
  }

  /** Ends every connection for good. */
  endAll({ code, message }: LabError): void {
    for (const client of [...this.#clients]) client.end({ code, message });
  }

  #connect(transport: PageTransport): ConnectInPage {
    return async ({ url }, { token, signal }) => {
      this.addresses.push(url);
      // As any client it takes a moment.
      await Promise.resolve();
      if (signal?.aborted) throw new LabError("closed", "connect was aborted");
      if (this.unreachable.includes(transport)) throw new LabError("unreachable", "no server there");
      if (this.refuses(token)) throw new LabError("unauthenticated", "the token is not valid");
      let settle: (reason: CloseReason) => void = () => undefined;
      const closed = new Promise<CloseReason>((resolve) => {
        settle = resolve;
      });
      const client: Connected = {
        onEvents: new Map(),
        end: (reason) => {
          this.#clients.delete(client);
          settle(reason);
        },
      };
      this.#clients.add(client);
      return {
        closed,
        subscribe: async (channel, onEvent, after) => {
          client.onEvents.set(channel, onEvent);
          const from = after === undefined ? this.#kept.length : Number(after.slice(2));
          for (const event of this.#kept.slice(from)) onEvent(event);
          return { seq: this.#kept.length, cursor: `x-${from}`, missed: this.missed };
        },
        publish: async ({ channel, body }) => this.publish(channel, body),
        markRead: async (id) => void this.read.push(id),
        close: async () => client.end({ code: "closed", message: "closed by the client" }),
      };
    };
  }
}

/** The one whose clients tests put in place of those of `pageTransports`. */
export const server = new FakeServer();
