import { LabError } from "../../core/errors.ts";
import { type Codec, json } from "../codec/codec.ts";
import {
  connectionError,
  HttpConnection,
  type Outcome,
  returnedCookies,
  SessionRequests,
} from "../http/client.ts";
import { fromHttpAnswer } from "../http/errors.ts";
import type { ClientSettings } from "../port/defaults.ts";
import type { Capabilities, ConnectOptions, Endpoint, TransportClient } from "../port/transport.ts";
import { type Fields, isEvent, isObject } from "../session/envelope.ts";
import { type Heartbeat, startHeartbeat } from "../session/heartbeat.ts";
import { Lifecycle, type Opening } from "../session/lifecycle.ts";
import { type ConnectionEvents, connectClient } from "../session/reconnecting-client.ts";

/** A client that polls on one connection all the time, and sends on a second one when it has something to send. */
export function connect(
  endpoint: Endpoint,
  options: ConnectOptions,
  supports: Capabilities,
  codec: Codec,
): Promise<TransportClient> {
  return connectClient(
    (settings, events, signal) =>
      new Promise((resolve, reject) => {
        const opening = { opened: resolve, refused: reject };
        new Polling(endpoint, settings, events, codec, opening).open(signal);
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
  readonly #codec: Codec;
  readonly #lifecycle: Lifecycle;
  readonly #connection: HttpConnection;
  #headers: string[] = [];
  #cursor = "";
  #repeated = false;
  #requests: SessionRequests | undefined;
  #heartbeat: Heartbeat | undefined;

  constructor(
    endpoint: Endpoint,
    settings: ClientSettings,
    events: ConnectionEvents,
    codec: Codec,
    opening: Opening,
  ) {
    this.#endpoint = endpoint;
    this.#settings = settings;
    this.#events = events;
    this.#codec = codec;
    this.#lifecycle = new Lifecycle(opening, events, (reason) => this.#release(reason));
    this.#connection = new HttpConnection(endpoint, settings, 0);
  }

  open(signal: AbortSignal): void {
    if (!this.#lifecycle.begin(signal)) return;
    const { token, heartbeat } = this.#settings;
    const { mediaType, encode } = this.#codec;
    // What a client gets that asks for nothing (RFC 9110, 12.5.1).
    const accept = mediaType === json.mediaType ? [] : ["accept", mediaType];
    const headers = ["authorization", `Bearer ${token}`, "content-type", mediaType, ...accept];
    const body = encode({ waitMs: heartbeat.intervalMs });
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
    if (status !== 200) {
      void this.#lifecycle.end(fromHttpAnswer(status, content.toString()));
      return;
    }
    this.#read(content, ({ cursor, events }) => {
      if (typeof cursor !== "string" || !Array.isArray(events))
        throw new LabError("malformed", "the server's answer is not the answer to a poll");
      for (const event of events) if (isObject(event) && isEvent(event)) this.#events.event(event);
      this.#cursor = cursor;
      this.#poll();
    });
  }

  failed(error: Error): void {
    if (this.#lifecycle.over) return;
    // The server may close an idle connection just as a poll is on its way. A poll is safe to repeat: the cursor says from where.
    if (this.#repeated) void this.#lifecycle.end(connectionError(error));
    else {
      this.#repeated = true;
      this.#poll();
    }
  }

  #begin({ session, cursor, waitMs }: Fields, cookies: readonly string[]): void {
    if (typeof session !== "string" || typeof cursor !== "string")
      throw new LabError("malformed", "the server's answer has no session");
    const requests = new SessionRequests(this.#endpoint, this.#settings, session, this.#codec, cookies);
    this.#requests = requests;
    this.#headers = ["x-session", session, ...cookies];
    this.#cursor = cursor;
    const { intervalMs, timeoutMs } = this.#settings.heartbeat;
    // A poll is the probe, and under way at all times; its answer is due when the server has waited as long as it will.
    this.#heartbeat = startHeartbeat(
      { intervalMs: typeof waitMs === "number" ? waitMs : intervalMs, timeoutMs },
      {
        probe: () => undefined,
        dead: () => void this.#lifecycle.end(new LabError("heartbeat_timeout", "the server went silent")),
      },
    );
    this.#poll();
    this.#lifecycle.stands({
      request: (operation) => requests.request(operation),
      close: () => this.#close(requests),
    });
  }

  #poll(): void {
    const path = `/poll?after=${encodeURIComponent(this.#cursor)}`;
    this.#connection.send({ method: "GET", path, headers: this.#headers }, this);
  }

  #read(content: Buffer, use: (answer: Fields) => void): void {
    try {
      use(this.#codec.parseTrusted(content));
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

  #release(reason: LabError): Promise<unknown> {
    this.#heartbeat?.stop();
    return Promise.all([this.#connection.destroy(reason), this.#requests?.end(reason)]);
  }
}
