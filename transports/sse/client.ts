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
import { Lifecycle, type Opening } from "../session/lifecycle.ts";
import { type ConnectionEvents, connectClient } from "../session/reconnecting-client.ts";
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

/** One stream from its request to its end, and the requests of its session. */
class EventStream implements Dispatcher.DispatchHandler {
  readonly #endpoint: Endpoint;
  readonly #settings: ClientSettings;
  readonly #events: ConnectionEvents;
  readonly #lifecycle: Lifecycle;
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

  constructor(endpoint: Endpoint, settings: ClientSettings, events: ConnectionEvents, opening: Opening) {
    this.#endpoint = endpoint;
    this.#settings = settings;
    this.#events = events;
    this.#lifecycle = new Lifecycle(opening, events, (reason) => this.#release(reason));
    this.#connection = new HttpConnection(endpoint, settings, 0);
  }

  open(signal: AbortSignal): void {
    if (!this.#lifecycle.begin(signal)) return;
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
    if (this.#lifecycle.over) return;
    this.#life?.heard();
    const text = this.#decoder.write(chunk);
    if (this.#status !== 200) {
      this.#refusal += text;
      return;
    }
    try {
      this.#parser.feed(text);
    } catch (error) {
      this.#lifecycle.end(LabError.from(error, "malformed"));
    }
  }

  onResponseEnd(): void {
    this.#lifecycle.end(
      this.#status === 200
        ? new LabError("closed", "the server ended the stream")
        : fromHttpAnswer(this.#status, this.#refusal),
    );
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.#lifecycle.end(this.#requests ? connectionError(error) : LabError.from(error, "unreachable"));
  }

  #receive({ event, data }: EventSourceMessage): void {
    if (this.#lifecycle.over) return;
    const message = parseObject(data);
    if (event === undefined) {
      if (isEvent(message)) this.#events.event(message);
    } else if (event === "welcome") this.#welcome(message.session, message.heartbeat);
    else if (event === "closed") this.#lifecycle.end(LabError.fromWire(message.code, message.message));
  }

  #welcome(session: unknown, heartbeat: unknown): void {
    if (typeof session !== "string" || this.#requests)
      throw new LabError("malformed", "the server's welcome is not one");
    const requests = new SessionRequests(this.#endpoint, this.#settings, session, json, this.#cookies);
    this.#requests = requests;
    const life = startLife(this.#settings.heartbeat, heartbeat, {
      alive: () => requests.tell("POST", "/alive"),
      dead: () => this.#lifecycle.end(new LabError("heartbeat_timeout", "the server went silent")),
    });
    this.#life = life;
    this.#lifecycle.stands({
      request: (operation) => {
        life.spoke();
        return requests.request(operation);
      },
      close: () => this.#lifecycle.end(new LabError("closed", "the client was closed")),
    });
  }

  #release(reason: LabError): Promise<unknown> {
    this.#life?.stop();
    return Promise.all([this.#connection.destroy(reason), this.#requests?.end(reason)]);
  }
}
