import { LabError } from "../../core/errors.ts";
import { lost, PageFetches, PageRequests } from "../http/page-requests.ts";
import type { ClientSettings } from "../port/defaults.ts";
import type { ConnectOptions, Endpoint, TransportClient } from "../port/transport.ts";
import { isEvent, isObject } from "../session/envelope.ts";
import { type Heartbeat, startHeartbeat } from "../session/heartbeat.ts";
import {
  type ClientConnection,
  type ConnectionEvents,
  connectClient,
} from "../session/reconnecting-client.ts";
import { supports } from "./supports.ts";

/** How long the server may take to hear that a client has closed. */
const GOODBYE_MS = 500;

/** The client of long-polling for pages: one fetch waits at all times, others send. */
export function connect(endpoint: Endpoint, options: ConnectOptions): Promise<TransportClient> {
  return connectClient(
    (settings, events, signal) => openSession(endpoint.url, settings, events, signal),
    options,
    supports,
  );
}

async function openSession(
  url: string,
  settings: ClientSettings,
  events: ConnectionEvents,
  signal: AbortSignal,
): Promise<ClientConnection> {
  const fetches = new PageFetches(url);
  const abort = () => fetches.end(LabError.from(signal.reason));
  signal.addEventListener("abort", abort, { once: true });
  if (signal.aborted) abort();
  const { token, heartbeat } = settings;
  try {
    const opened = await fetches.ask({
      method: "POST",
      path: "/sessions",
      headers: { authorization: `Bearer ${token}` },
      body: { waitMs: heartbeat.intervalMs },
    });
    const { session, cursor, waitMs } = opened;
    if (typeof session !== "string" || typeof cursor !== "string")
      throw new LabError("malformed", "the server's answer has no session");
    const intervalMs = typeof waitMs === "number" ? waitMs : heartbeat.intervalMs;
    const polling = new PagePolling(fetches, settings, events, { session, intervalMs });
    void polling.run(cursor);
    return polling;
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

/** One session from its first poll to its end. */
class PagePolling implements ClientConnection {
  readonly #fetches: PageFetches;
  readonly #requests: PageRequests;
  readonly #events: ConnectionEvents;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #heartbeat: Heartbeat;
  #over = false;

  constructor(
    fetches: PageFetches,
    settings: ClientSettings,
    events: ConnectionEvents,
    { session, intervalMs }: { readonly session: string; readonly intervalMs: number },
  ) {
    this.#fetches = fetches;
    this.#requests = new PageRequests(fetches, session, settings.requestTimeoutMs);
    this.#events = events;
    this.#headers = { "x-session": session };
    // A poll is the probe, and under way at all times; its answer is due when the server has waited as long as it will.
    this.#heartbeat = startHeartbeat(
      { intervalMs, timeoutMs: settings.heartbeat.timeoutMs },
      {
        probe: () => undefined,
        dead: () => this.#end(new LabError("heartbeat_timeout", "the server went silent")),
      },
    );
  }

  async run(cursor: string): Promise<void> {
    try {
      for (let after = cursor; !this.#over; ) after = await this.#poll(after);
    } catch (error) {
      this.#end(lost(LabError.from(error)));
    }
  }

  request(operation: Parameters<ClientConnection["request"]>[0]) {
    return this.#requests.request(operation);
  }

  async close(): Promise<void> {
    if (!this.#over) {
      let impatient: ReturnType<typeof setTimeout> | undefined;
      const patience = new Promise<void>((resolve) => {
        impatient = setTimeout(resolve, GOODBYE_MS);
      });
      await Promise.race([this.#requests.tell("DELETE", "/sessions"), patience]);
      clearTimeout(impatient);
    }
    this.#end(new LabError("closed", "the client was closed"));
  }

  /** Settles with the cursor of the next poll. */
  async #poll(after: string): Promise<string> {
    const poll = {
      method: "GET",
      path: `/poll?after=${encodeURIComponent(after)}`,
      headers: this.#headers,
    } as const;
    const answer = await this.#fetches.ask(poll).catch((error: unknown) => {
      // The server may close an idle connection just as a poll is on its way. A poll is safe to repeat: the cursor says from where.
      if (LabError.from(error).code === "unreachable") return this.#fetches.ask(poll);
      throw error;
    });
    if (this.#over) return after;
    this.#heartbeat.alive();
    const { cursor, events } = answer;
    if (typeof cursor !== "string" || !Array.isArray(events))
      throw new LabError("malformed", "the server's answer is not the answer to a poll");
    for (const event of events) if (isObject(event) && isEvent(event)) this.#events.event(event);
    return cursor;
  }

  #end(reason: LabError): void {
    if (this.#over) return;
    this.#over = true;
    this.#heartbeat.stop();
    this.#requests.end(reason);
    this.#events.down(reason);
  }
}
