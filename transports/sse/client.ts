import type { IncomingHttpHeaders } from "node:http";
import { StringDecoder } from "node:string_decoder";
import { createParser, type EventSourceMessage } from "eventsource-parser";
import type { Dispatcher } from "undici";
import { LabError } from "../../core/errors.ts";
import { json } from "../codec/codec.ts";
import { connectionError, HttpConnection, returnedCookies, SessionRequests } from "../http/client.ts";
import { fromHttpAnswer } from "../http/errors.ts";
import type { ClientSettings } from "../port/defaults.ts";
import type { Capabilities, ConnectOptions, Endpoint, TransportClient } from "../port/transport.ts";
import { isEvent, parseObject } from "../session/envelope.ts";
import {
  type ClientConnection,
  type ConnectionEvents,
  connectClient,
} from "../session/reconnecting-client.ts";
import { type Life, startLife } from "./life.ts";

const MAX_EVENT_CHARACTERS = 16 * 1024 * 1024;

/** A client that reads the stream as bytes come in, and sends on a second connection when it has something to send. */
export function connect(
  endpoint: Endpoint,
  options: ConnectOptions,
  supports: Capabilities,
): Promise<TransportClient> {
  return connectClient(
    (settings, events, signal) =>
      new Promise((resolve, reject) => {
        new EventStream(endpoint, settings, events, { opened: resolve, refused: reject }).open(signal);
      }),
    options,
    supports,
  );
}

interface Opening {
  readonly opened: (connection: ClientConnection) => void;
  readonly refused: (reason: LabError) => void;
}

/** One stream from its request to its end, and the requests of its session. */
class EventStream implements Dispatcher.DispatchHandler {
  readonly #endpoint: Endpoint;
  readonly #settings: ClientSettings;
  readonly #events: ConnectionEvents;
  readonly #opening: Opening;
  readonly #connection: HttpConnection;
  readonly #decoder = new StringDecoder("utf8");
  readonly #parser = createParser({
    onEvent: (message) => this.#receive(message),
    maxBufferSize: MAX_EVENT_CHARACTERS,
    onError: (error) => {
      if (error.type === "max-buffer-size-exceeded") throw error;
    },
  });
  #status = 0;
  #cookies: readonly string[] = [];
  #refusal = "";
  #requests: SessionRequests | undefined;
  #life: Life | undefined;
  #ended: Promise<void> | undefined;
  #disarm: () => void = () => undefined;

  constructor(endpoint: Endpoint, settings: ClientSettings, events: ConnectionEvents, opening: Opening) {
    this.#endpoint = endpoint;
    this.#settings = settings;
    this.#events = events;
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
    const headers = ["accept", "text/event-stream", "authorization", `Bearer ${this.#settings.token}`];
    this.#connection.dispatch({ method: "GET", path: "/events?alive=1", headers }, this);
  }

  onRequestStart(): void {
    this.#status = 0;
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    this.#status = status;
    this.#cookies = returnedCookies(headers);
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#ended) return;
    this.#life?.heard();
    const text = this.#decoder.write(chunk);
    if (this.#status !== 200) {
      this.#refusal += text;
      return;
    }
    try {
      this.#parser.feed(text);
    } catch (error) {
      this.#end(LabError.from(error, "malformed"));
    }
  }

  onResponseEnd(): void {
    this.#end(
      this.#status === 200
        ? new LabError("closed", "the server ended the stream")
        : fromHttpAnswer(this.#status, this.#refusal),
    );
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.#end(this.#requests ? connectionError(error) : LabError.from(error, "unreachable"));
  }

  #receive({ event, data }: EventSourceMessage): void {
    if (this.#ended) return;
    const message = parseObject(data);
    if (event === undefined) {
      if (isEvent(message)) this.#events.event(message);
    } else if (event === "welcome") this.#welcome(message.session, message.heartbeat);
    else if (event === "closed") this.#end(LabError.fromWire(message.code, message.message));
  }

  #welcome(session: unknown, heartbeat: unknown): void {
    if (typeof session !== "string" || this.#requests)
      throw new LabError("malformed", "the server's welcome is not one");
    this.#disarm();
    const requests = new SessionRequests(this.#endpoint, this.#settings, session, json, this.#cookies);
    this.#requests = requests;
    const life = startLife(this.#settings.heartbeat, heartbeat, {
      alive: () => requests.tell("POST", "/alive"),
      dead: () => this.#end(new LabError("heartbeat_timeout", "the server went silent")),
    });
    this.#life = life;
    this.#opening.opened({
      request: (operation) => {
        life.spoke();
        return requests.request(operation);
      },
      close: () => this.#end(new LabError("closed", "the client was closed")),
    });
  }

  /** Idempotent; reports to whoever waits, once nothing is left open. */
  #end(reason: LabError): Promise<void> {
    this.#ended ??= this.#tearDown(reason);
    return this.#ended;
  }

  async #tearDown(reason: LabError): Promise<void> {
    this.#disarm();
    this.#life?.stop();
    await Promise.all([this.#connection.destroy(reason), this.#requests?.end(reason)]);
    if (this.#requests) this.#events.down(reason);
    else this.#opening.refused(reason);
  }
}
