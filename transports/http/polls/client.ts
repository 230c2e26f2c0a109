import { LabError } from "../../../core/errors.ts";
import { type Codec, json } from "../../codec/codec.ts";
import type { ClientSettings } from "../../port/defaults.ts";
import type { Capabilities, ConnectOptions, Endpoint, TransportClient } from "../../port/transport.ts";
import { type Fields, isEvent, isObject } from "../../session/envelope.ts";
import { type Heartbeat, startHeartbeat } from "../../session/heartbeat.ts";
import { Lifecycle, type Opening } from "../../session/lifecycle.ts";
import { type ConnectionEvents, connectClient } from "../../session/reconnecting-client.ts";
import {
  connectionError,
  HttpConnection,
  type Outcome,
  returnedCookies,
  SessionRequests,
} from "../client.ts";
import { fromHttpAnswer } from "../errors.ts";
import { cursorTag } from "./batch.ts";

/** How the polls of one session follow one another. */
export interface PollPace {
  /** From poll to poll; 0: the next one follows the answer to the last at once. */
  readonly everyMs: number;
  /** How long there may be nothing to hear from a server that lives; the time-out of a heartbeat comes on top. */
  readonly silentMs: number;
}

/** What clients that poll differ in. */
export interface PollClient {
  readonly codec: Codec;
  /** Where polls go. */
  readonly path: string;
  /** A connection for each request, in place of two that stay. */
  readonly connectionPerRequest?: boolean;
  /** Polls bring what they know as an entity tag (RFC 9110, 13.1.2), and 304 says that nothing is new. */
  readonly conditional?: boolean;
  /** What a client asks for when it opens its session. */
  asks(settings: ClientSettings): Fields;
  /** By what the server has answered to that. */
  pace(opened: Fields, settings: ClientSettings): PollPace;
}

/** A client that polls on one connection, and sends on a second one when it has something to send. */
export function connectPolling(
  endpoint: Endpoint,
  options: ConnectOptions,
  supports: Capabilities,
  kind: PollClient,
): Promise<TransportClient> {
  return connectClient(
    (settings, events, signal) =>
      new Promise((resolve, reject) => {
        const opening = { opened: resolve, refused: reject };
        new Polling(endpoint, settings, events, kind, opening).open(signal);
      }),
    options,
    supports,
  );
}

/** One session from its opening to its end. It is itself what becomes of each of its polls, so that a poll costs no closure. */
class Polling implements Outcome {
  readonly #endpoint: Endpoint;
  readonly #settings: ClientSettings;
  readonly #events: ConnectionEvents;
  readonly #kind: PollClient;
  readonly #lifecycle: Lifecycle;
  readonly #connection: HttpConnection;
  #headers: string[] = [];
  #cursor = "";
  #repeated = false;
  #requests: SessionRequests | undefined;
  #heartbeat: Heartbeat | undefined;
  #everyMs = 0;
  #polledAt = 0;
  #next: NodeJS.Timeout | undefined;

  constructor(
    endpoint: Endpoint,
    settings: ClientSettings,
    events: ConnectionEvents,
    kind: PollClient,
    opening: Opening,
  ) {
    this.#endpoint = endpoint;
    this.#settings = settings;
    this.#events = events;
    this.#kind = kind;
    this.#lifecycle = new Lifecycle(opening, events, (reason) => this.#release(reason));
    this.#connection = new HttpConnection(endpoint, settings, 0, !kind.connectionPerRequest);
  }

  open(signal: AbortSignal): void {
    if (!this.#lifecycle.begin(signal)) return;
    const { token } = this.#settings;
    const { mediaType, encode } = this.#kind.codec;
    // What a client gets that asks for nothing (RFC 9110, 12.5.1).
    const accept = mediaType === json.mediaType ? [] : ["accept", mediaType];
    const headers = ["authorization", `Bearer ${token}`, "content-type", mediaType, ...accept];
    const body = encode(this.#kind.asks(this.#settings));
    this.#connection.send(
      { method: "POST", path: "/sessions", headers, body },
      {
        answered: (status, content, headers) => {
          const cookies = returnedCookies(headers);
          if (status === 200) this.#read(content, (answer) => this.#begin(answer, cookies));
          else void this.#lifecycle.end(fromHttpAnswer(status, content.toString()));
        },
        failed: (error) => void this.#lifecycle.end(LabError.from(error, "unreachable")),
      },
    );
  }

  answered(status: number, content: Buffer): void {
    if (this.#lifecycle.over) return;
    this.#heartbeat?.alive();
    this.#repeated = false;
    if (status === 304) {
      this.#pollInTime();
      return;
    }
    if (status !== 200) {
      void this.#lifecycle.end(fromHttpAnswer(status, content.toString()));
      return;
    }
    this.#read(content, ({ cursor, events }) => {
      if (typeof cursor !== "string" || !Array.isArray(events))
        throw new LabError("malformed", "the server's answer is not the answer to a poll");
      for (const event of events) if (isObject(event) && isEvent(event)) this.#events.event(event);
      this.#cursor = cursor;
      this.#pollInTime();
    });
  }

  failed(error: Error): void {
    if (this.#lifecycle.over) return;
    // The server may close an idle connection just as a poll is on its way. A poll is safe to repeat: the cursor says from where.
    if (this.#repeated) void this.#lifecycle.end(connectionError(error));
    else {
      this.#repeated = true;
      // Undici is still busy with those that failed.
      process.nextTick(() => this.#poll());
    }
  }

  #begin(opened: Fields, cookies: readonly string[]): void {
    const { session, cursor } = opened;
    const { codec, connectionPerRequest } = this.#kind;
    if (typeof session !== "string" || typeof cursor !== "string")
      throw new LabError("malformed", "the server's answer has no session");
    const { requestTimeoutMs } = this.#settings;
    const sending = new HttpConnection(
      this.#endpoint,
      this.#settings,
      requestTimeoutMs,
      !connectionPerRequest,
    );
    const requests = new SessionRequests(sending, requestTimeoutMs, session, codec, cookies);
    this.#requests = requests;
    this.#headers = ["x-session", session, ...cookies];
    this.#cursor = cursor;
    const { everyMs, silentMs } = this.#kind.pace(opened, this.#settings);
    this.#everyMs = everyMs;
    // A poll is the probe; its answer is due when the server has waited as long as it will.
    this.#heartbeat = startHeartbeat(
      { intervalMs: silentMs, timeoutMs: this.#settings.heartbeat.timeoutMs },
      {
        probe: () => undefined,
        dead: () => void this.#lifecycle.end(new LabError("heartbeat_timeout", "the server went silent")),
      },
    );
    this.#poll();
    // Those that connect together would poll together from then on.
    this.#polledAt -= everyMs * Math.random();
    this.#lifecycle.stands({
      request: (operation) => requests.request(operation),
      close: () => this.#close(requests),
    });
  }

  /** The time of a poll counts from when the one before was sent; one whose answer took longer is followed at once. */
  #pollInTime(): void {
    const inMs = this.#everyMs === 0 ? 0 : this.#polledAt + this.#everyMs - performance.now();
    if (inMs > 0) this.#pollAfter(inMs);
    else this.#poll();
  }

  #pollAfter(ms: number): void {
    this.#next = setTimeout(() => this.#poll(), ms);
  }

  #poll(): void {
    if (this.#everyMs > 0) this.#polledAt = performance.now();
    const path = `${this.#kind.path}?after=${encodeURIComponent(this.#cursor)}`;
    const known = this.#kind.conditional ? ["if-none-match", cursorTag(this.#cursor)] : [];
    this.#connection.send({ method: "GET", path, headers: [...this.#headers, ...known] }, this);
  }

  #read(content: Buffer, use: (answer: Fields) => void): void {
    try {
      use(this.#kind.codec.parseTrusted(content));
    } catch (error) {
      void this.#lifecycle.end(LabError.from(error, "malformed"));
    }
  }

  /** Tells the server, and does not wait long for it to hear. */
  async #close(requests: SessionRequests): Promise<void> {
    const reason = new LabError("closed", "the client was closed");
    if (!this.#lifecycle.over) {
      const settling = new Promise<void>((settled) => {
        const impatient = setTimeout(settled, 500);
        requests.tell("DELETE", "/sessions", () => {
          clearTimeout(impatient);
          settled();
        });
      });
      await settling;
    }
    await this.#lifecycle.end(reason);
  }

  async #release(reason: LabError): Promise<void> {
    this.#heartbeat?.stop();
    clearTimeout(this.#next);
    await Promise.all([this.#connection.destroy(reason), this.#requests?.end(reason)]);
  }
}
