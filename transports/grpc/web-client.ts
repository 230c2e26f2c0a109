import { LabError } from "../../core/errors.ts";
import type { ClientSettings } from "../port/defaults.ts";
import type { Fields, Operation } from "../session/envelope.ts";
import { type Heartbeat, listening, startHeartbeat } from "../session/heartbeat.ts";
import { Lifecycle, type Opening } from "../session/lifecycle.ts";
import type { ClientConnection, ConnectionEvents } from "../session/reconnecting-client.ts";
import { Requests } from "../session/requests.ts";
import { type SignsOfLife, startSignsOfLife } from "../session/signs-of-life.ts";
import {
  Accepted,
  Done,
  Follow,
  Publish,
  Read,
  ServerMessage,
  Subscribe,
  Subscribed,
  type Welcome,
} from "./generated/messages.ts";
import { receiveEvent } from "./receiving.ts";
import { errorIn, FrameReader, framed, MEDIA_TYPE, SERVICE } from "./web-framing.ts";

/** What becomes of one call; `failed` or `end` comes last. */
export interface CallEvents {
  head(status: number, field: (name: string) => string | undefined): void;
  data(chunk: Uint8Array): void;
  end(): void;
  failed(error: Error): void;
}

/** How calls reach the server: through undici on Node, through fetch() in a page. */
export interface Carrier {
  /** Whether it is in a page, whose timers may be held back. */
  readonly inPage?: true;
  /** The stream of the session on a connection of its own; called once. */
  follow(path: string, headers: Readonly<Record<string, string>>, body: Uint8Array, on: CallEvents): void;
  /** Any other call; they go out one at a time, in order. */
  call(path: string, headers: Readonly<Record<string, string>>, body: Uint8Array, on: CallEvents): void;
  /** A call whose outcome says nothing that other signs don't, whatever else is under way. */
  tell(path: string, headers: Readonly<Record<string, string>>, body: Uint8Array): void;
  /** Ends all that is under way; settles when nothing is left open. Idempotent. */
  close(reason: LabError): Promise<void>;
}

/** Opens a stream and, when it stands, a connection of the lab over it. Rejects with what the server refuses it for. */
export function open(
  carrier: Carrier,
  settings: ClientSettings,
  events: ConnectionEvents,
  signal: AbortSignal,
): Promise<ClientConnection> {
  return new Promise((opened, refused) => {
    new WebSession(carrier, settings, events, { opened, refused }).open(signal);
  });
}

/** One stream from its call to its end, and the calls of its session. */
class WebSession {
  readonly #carrier: Carrier;
  readonly #settings: ClientSettings;
  readonly #events: ConnectionEvents;
  readonly #lifecycle: Lifecycle;
  readonly #requests: Requests<Fields>;
  #session: string | undefined;
  #heartbeat: Heartbeat | undefined;
  #signs: SignsOfLife | undefined;

  constructor(carrier: Carrier, settings: ClientSettings, events: ConnectionEvents, opening: Opening) {
    this.#carrier = carrier;
    this.#settings = settings;
    this.#events = events;
    this.#lifecycle = new Lifecycle(opening, events, (reason) => this.#release(reason));
    this.#requests = new Requests(settings.requestTimeoutMs);
  }

  open(signal: AbortSignal): void {
    if (!this.#lifecycle.begin(signal)) return;
    const body = framed(Follow.encode({ channels: [], resume: undefined, alive: true }).finish());
    const headers = { authorization: `Bearer ${this.#settings.token}`, "content-type": MEDIA_TYPE };
    const answer = new Answer((bytes) => this.#receive(bytes));
    this.#carrier.follow(`${SERVICE}/Follow`, headers, body, {
      head: answer.head,
      data: (chunk) => {
        if (this.#lifecycle.over) return;
        this.#heartbeat?.alive();
        if (this.#carrier.inPage) this.#signs?.arrived();
        try {
          answer.data(chunk);
        } catch (error) {
          this.#lifecycle.end(LabError.from(error, "malformed"));
        }
      },
      end: () => this.#lifecycle.end(answer.error ?? new LabError("closed", "the server ended the stream")),
      failed: (error) =>
        this.#lifecycle.end(LabError.from(error, this.#session === undefined ? "unreachable" : "closed")),
    });
  }

  #receive(bytes: Uint8Array): void {
    const { message } = ServerMessage.decode(bytes);
    if (!message || this.#lifecycle.over) return;
    if (message.$case === "welcome") this.#welcome(message.value);
    else receiveEvent(message, this.#events);
  }

  #welcome({ session, heartbeatMs }: Welcome): void {
    if (session === "" || this.#session !== undefined)
      throw new LabError("malformed", "the server's welcome is not one");
    this.#session = session;
    const { heartbeat } = this.#settings;
    const alive = () => this.#carrier.tell(`${SERVICE}/Alive`, this.#headers(), framed(new Uint8Array(0)));
    this.#heartbeat = startHeartbeat(listening(heartbeat), {
      probe: alive,
      dead: () => this.#lifecycle.end(new LabError("heartbeat_timeout", "the server went silent")),
    });
    // As often as the more impatient end wants: the server takes a client for dead that says nothing at all.
    const intervalMs = Math.min(heartbeat.intervalMs, heartbeatMs > 0 ? heartbeatMs : heartbeat.intervalMs);
    this.#signs = startSignsOfLife(intervalMs, alive);
    this.#lifecycle.stands({
      request: (operation) => this.#request(operation),
      close: () => this.#lifecycle.end(new LabError("closed", "the client was closed")),
    });
  }

  #request(operation: Operation): Promise<Fields> {
    // The encoder would put a replacement character in its place, and the hub could not tell.
    if (operation.op === "publish" && !operation.body.isWellFormed())
      return Promise.reject(
        new LabError("invalid_body", "the body holds a lone surrogate, which protobuf can't carry"),
      );
    this.#signs?.spoke();
    const { method, message, decode } = spoken(operation);
    return this.#requests.start((ref) =>
      this.#call(method, message, {
        done: (bytes) => this.#requests.settle(ref, decode(bytes)),
        failed: (error) => this.#requests.fail(ref, error),
      }),
    );
  }

  #headers() {
    return { "x-session": this.#session ?? "", "content-type": MEDIA_TYPE };
  }

  #call(
    method: string,
    message: Uint8Array,
    {
      done,
      failed,
    }: { readonly done: (bytes: Uint8Array) => void; readonly failed: (error: LabError) => void },
  ): void {
    let content: Uint8Array | undefined;
    const answer = new Answer((bytes) => {
      content = bytes;
    });
    this.#carrier.call(`${SERVICE}/${method}`, this.#headers(), framed(message), {
      head: answer.head,
      data: (chunk) => {
        try {
          answer.data(chunk);
        } catch (error) {
          failed(LabError.from(error, "malformed"));
        }
      },
      end: () => {
        if (answer.error) failed(answer.error);
        else if (!content) failed(new LabError("malformed", "the answer has no message"));
        else done(content);
      },
      failed: (error) => failed(LabError.from(error, "closed")),
    });
  }

  #release(reason: LabError): Promise<void> {
    this.#heartbeat?.stop();
    this.#signs?.stop();
    this.#requests.end(reason);
    return this.#carrier.close(reason);
  }
}

/** The answer to one call: its messages, and why it ended. */
class Answer {
  /** Set by the head or the trailers; stays undefined where all went well. */
  error: LabError | undefined = new LabError("closed", "the call ended without its trailers");
  readonly #reader: FrameReader;

  constructor(message: (bytes: Uint8Array) => void) {
    this.#reader = new FrameReader({
      message,
      trailers: (field) => {
        this.error = errorIn(field);
      },
    });
  }

  readonly head = (status: number, field: (name: string) => string | undefined): void => {
    // Without a message an answer has its status in the head.
    if (field("grpc-status") !== undefined) this.error = errorIn(field);
    else if (status === 503 || status === 410)
      this.error = new LabError("closed", `the server answered ${status}`);
    else if (status !== 200)
      this.error = new LabError("unreachable", `the server answered ${status}; is it a notif-lab server?`);
  };

  data(chunk: Uint8Array): void {
    this.#reader.push(chunk);
  }
}

function spoken(operation: Operation): {
  readonly method: string;
  readonly message: Uint8Array;
  readonly decode: (bytes: Uint8Array) => Fields;
} {
  switch (operation.op) {
    case "subscribe": {
      const { channel, after } = operation;
      const resume = after === undefined ? undefined : ({ $case: "after", value: after } as const);
      return {
        method: "Subscribe",
        message: Subscribe.encode({ channel, resume }).finish(),
        decode: (bytes) => ({ ...Subscribed.decode(bytes) }),
      };
    }
    case "publish":
      return {
        method: "Publish",
        message: Publish.encode(operation).finish(),
        decode: (bytes) => ({ ...Accepted.decode(bytes) }),
      };
    case "read":
      return {
        method: "Read",
        message: Read.encode(operation).finish(),
        decode: (bytes) => ({ ...Done.decode(bytes) }),
      };
  }
}
