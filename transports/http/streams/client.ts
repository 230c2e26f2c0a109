import type { IncomingHttpHeaders } from "node:http";
import { StringDecoder } from "node:string_decoder";
import { LabError } from "../../../core/errors.ts";
import { json } from "../../codec/codec.ts";
import type { ClientSettings } from "../../port/defaults.ts";
import type { Capabilities, ConnectOptions, Endpoint, TransportClient } from "../../port/transport.ts";
import { type Fields, isEvent } from "../../session/envelope.ts";
import { Lifecycle, type Opening } from "../../session/lifecycle.ts";
import { type ConnectionEvents, connectClient } from "../../session/reconnecting-client.ts";
import {
  connectionError,
  HttpConnection,
  type Requesting,
  returnedCookies,
  SessionRequests,
  type StreamReader,
} from "../client.ts";
import { fromHttpAnswer } from "../errors.ts";
import { type Life, startLife } from "./life.ts";
import type { StreamMessages } from "./messages.ts";

interface Lines {
  readonly stream: Requesting;
  readonly requests: Requesting;
}

/** What clients of streams differ in. */
export interface StreamClient {
  readonly path: string;
  readonly mediaType: string;
  /** What it asks over: for the stream, and for the requests beside it. Default: a connection for each. */
  open?(endpoint: Endpoint, settings: ClientSettings): Lines;
  /** Reads the text of a stream as it comes. What it returns throws for a text that is no such stream. */
  read(messages: StreamMessages): (text: string) => void;
}

/** A client that reads the stream as bytes come in. */
export function connectStream(
  endpoint: Endpoint,
  options: ConnectOptions,
  supports: Capabilities,
  kind: StreamClient,
): Promise<TransportClient> {
  return connectClient(
    (settings, events, signal) =>
      new Promise((resolve, reject) => {
        new Stream(endpoint, settings, events, kind, { opened: resolve, refused: reject }).open(signal);
      }),
    options,
    supports,
  );
}

/** One stream from its request to its end, and the requests of its session. */
class Stream implements StreamReader {
  readonly #settings: ClientSettings;
  readonly #lifecycle: Lifecycle;
  readonly #lines: Lines;
  readonly #decoder = new StringDecoder("utf8");
  readonly #kind: StreamClient;
  readonly #feed: (text: string) => void;
  #status = 0;
  #cookies: readonly string[] = [];
  #refusal = "";
  #requests: SessionRequests | undefined;
  #life: Life | undefined;

  constructor(
    endpoint: Endpoint,
    settings: ClientSettings,
    events: ConnectionEvents,
    kind: StreamClient,
    opening: Opening,
  ) {
    this.#settings = settings;
    this.#lifecycle = new Lifecycle(opening, events, (reason) => this.#release(reason));
    this.#kind = kind;
    // One chunk may hold more behind the message that ended it all.
    const unlessEnded = (handle: (message: Fields) => void) => (message: Fields) => {
      if (!this.#lifecycle.over) handle(message);
    };
    this.#feed = kind.read({
      event: unlessEnded((message) => {
        if (isEvent(message)) events.event(message);
      }),
      welcome: unlessEnded(({ session, heartbeat }) => this.#welcome(session, heartbeat)),
      closed: unlessEnded(({ code, message }) => this.#lifecycle.end(LabError.fromWire(code, message))),
    });
    this.#lines = kind.open?.(endpoint, settings) ?? twoConnections(endpoint, settings);
  }

  open(signal: AbortSignal): void {
    if (!this.#lifecycle.begin(signal)) return;
    const { path, mediaType } = this.#kind;
    const headers = ["accept", mediaType, "authorization", `Bearer ${this.#settings.token}`];
    this.#lines.stream.stream({ method: "GET", path: `${path}?alive=1`, headers }, this);
  }

  begun(status: number, headers: IncomingHttpHeaders): void {
    this.#status = status;
    this.#cookies = returnedCookies(headers);
  }

  came(chunk: Buffer): void {
    if (this.#lifecycle.over) return;
    this.#life?.heard();
    const text = this.#decoder.write(chunk);
    if (this.#status !== 200) {
      this.#refusal += text;
      return;
    }
    try {
      this.#feed(text);
    } catch (error) {
      this.#lifecycle.end(LabError.from(error, "malformed"));
    }
  }

  ended(): void {
    this.#lifecycle.end(
      this.#status === 200
        ? new LabError("closed", "the server ended the stream")
        : fromHttpAnswer(this.#status, this.#refusal),
    );
  }

  failed(error: Error): void {
    this.#lifecycle.end(this.#requests ? connectionError(error) : LabError.from(error, "unreachable"));
  }

  #welcome(session: unknown, heartbeat: unknown): void {
    if (typeof session !== "string" || this.#requests)
      throw new LabError("malformed", "the server's welcome is not one");
    const { requestTimeoutMs } = this.#settings;
    const requests = new SessionRequests(
      this.#lines.requests,
      requestTimeoutMs,
      session,
      json,
      this.#cookies,
    );
    this.#requests = requests;
    const life = startLife(this.#settings.heartbeat, heartbeat, {
      // Once more where a proxy has cut the connection: the server would hear nothing for two intervals, and end a stream that works.
      alive: () => requests.tell("POST", "/alive", undefined, () => requests.tell("POST", "/alive")),
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

  async #release(reason: LabError): Promise<void> {
    this.#life?.stop();
    const { stream, requests } = this.#lines;
    await Promise.all([stream.destroy(reason), this.#requests?.end(reason) ?? requests.destroy(reason)]);
  }
}

function twoConnections(endpoint: Endpoint, settings: ClientSettings): Lines {
  return {
    stream: new HttpConnection(endpoint, settings, 0),
    requests: new HttpConnection(endpoint, settings, settings.requestTimeoutMs),
  };
}
