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
import {
  type ClientConnection,
  type ConnectionEvents,
  connectClient,
} from "../session/reconnecting-client.ts";

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

interface Opening {
  readonly opened: (connection: ClientConnection) => void;
  readonly refused: (reason: LabError) => void;
}

/** One session from its opening to its end. It is itself what becomes of each of its polls, so that a poll costs no closure. */
class Polling implements Outcome {
  readonly #endpoint: Endpoint;
  readonly #settings: ClientSettings;
  readonly #events: ConnectionEvents;
  readonly #codec: Codec;
  readonly #opening: Opening;
  readonly #connection: HttpConnection;
  #headers: string[] = [];
  #cursor = "";
  #repeated = false;
  #requests: SessionRequests | undefined;
  #heartbeat: Heartbeat | undefined;
  #ended: Promise<void> | undefined;
  #disarm: () => void = () => undefined;

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
    this.#opening = opening;
    this.#connection = new HttpConnection(endpoint, settings, 0);
  }

  open(signal: AbortSignal): void {
    const abort = () => void this.#end(LabError.from(signal.reason));
    if (signal.aborted) {
      abort();
      return;
    }
    signal.addEventListener("abort", abort, { once: true });
    this.#disarm = () => signal.removeEventListener("abort", abort);
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
          else void this.#end(fromHttpAnswer(status, content.toString()));
        },
        failed: (error) => void this.#end(LabError.from(error, "unreachable")),
      },
    );
  }

  answered(status: number, content: Buffer): void {
    if (this.#ended) return;
    this.#heartbeat?.alive();
    this.#repeated = false;
    if (status !== 200) {
      void this.#end(fromHttpAnswer(status, content.toString()));
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
    if (this.#ended) return;
    // The server may close an idle connection just as a poll is on its way. A poll is safe to repeat: the cursor says from where.
    if (this.#repeated) void this.#end(connectionError(error));
    else {
      this.#repeated = true;
      this.#poll();
    }
  }

  #begin({ session, cursor, waitMs }: Fields, cookies: readonly string[]): void {
    if (typeof session !== "string" || typeof cursor !== "string")
      throw new LabError("malformed", "the server's answer has no session");
    this.#disarm();
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
        dead: () => void this.#end(new LabError("heartbeat_timeout", "the server went silent")),
      },
    );
    this.#poll();
    this.#opening.opened({
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
      void this.#end(LabError.from(error, "malformed"));
    }
  }

  /** Tells the server, and does not wait long for it to hear. */
  async #close(requests: SessionRequests): Promise<void> {
    const reason = new LabError("closed", "the client was closed");
    if (!this.#ended) {
      const settling = new Promise<void>((settled) => {
        const impatient = setTimeout(settled, 500);
        requests.tell("DELETE", "/sessions", () => {
          clearTimeout(impatient);
          settled();
        });
      });
      await settling;
    }
    await this.#end(reason);
  }

  /** Idempotent; reports to whoever waits, once nothing is left open. */
  #end(reason: LabError): Promise<void> {
    this.#ended ??= this.#tearDown(reason);
    return this.#ended;
  }

  async #tearDown(reason: LabError): Promise<void> {
    this.#disarm();
    this.#heartbeat?.stop();
    await Promise.all([this.#connection.destroy(reason), this.#requests?.end(reason)]);
    if (this.#requests) this.#events.down(reason);
    else this.#opening.refused(reason);
  }
}
