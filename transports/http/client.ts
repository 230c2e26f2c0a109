import type { IncomingHttpHeaders } from "node:http";
import type { Socket } from "node:net";
import { Client, type Dispatcher } from "undici";
import { LabError } from "../../core/errors.ts";
import type { Codec } from "../codec/codec.ts";
import { dial, readyEvent } from "../net/dial.ts";
import type { ClientSettings } from "../port/defaults.ts";
import type { Endpoint } from "../port/transport.ts";
import type { Fields, Operation } from "../session/envelope.ts";
import { Requests } from "../session/requests.ts";
import { fromHttpAnswer } from "./errors.ts";

/** With the names and values of its header fields in turn. */
export interface Request extends Omit<Dispatcher.DispatchOptions, "origin" | "headers" | "body"> {
  readonly headers: string[];
  readonly body?: string | Uint8Array;
}

/** What becomes of one request: an answer of any status, or an error of the connection. */
export interface Outcome {
  answered(status: number, content: Buffer, headers: IncomingHttpHeaders): void;
  failed(error: Error): void;
}

/** What a client asks over. */
export interface Requesting {
  /** For an answer that is read as it comes in. */
  stream(request: Request, reader: StreamReader): void;
  send(request: Request, outcome: Outcome): void;
  /** Fails what is under way with the reason; settles when nothing is left open. Idempotent. */
  destroy(reason: LabError): Promise<void>;
}

/** Reads one answer as it comes in: `begun`, `came` any number of times, and at last `ended`, or `failed` at any time. */
export interface StreamReader {
  begun(status: number, headers: IncomingHttpHeaders): void;
  came(content: Buffer): void;
  ended(): void;
  failed(error: Error): void;
}

/**
 * One connection to a server, opened by the first request and again when it was lost. Requests go out one at a time in the order of the calls. Never shared, so that every client of a load process has connections of its own.
 */
export class HttpConnection implements Requesting {
  readonly #client: Client;
  #socket: Socket | undefined;

  /** `answerTimeoutMs` 0 waits for ever. Without `keepAlive` each request has a connection of its own. */
  constructor(endpoint: Endpoint, settings: ClientSettings, answerTimeoutMs: number, keepAlive = true) {
    const { localAddress } = settings;
    this.#client = new Client(endpoint.url, {
      pipelining: keepAlive ? 1 : 0,
      headersTimeout: answerTimeoutMs,
      bodyTimeout: answerTimeoutMs,
      keepAliveTimeout: 600_000,
      connect: (_, callback) => {
        const socket = dial(endpoint, localAddress);
        const onError = (error: Error) => callback(error, null);
        socket.once("error", onError);
        socket.once(readyEvent(endpoint), () => {
          socket.off("error", onError);
          callback(null, socket);
        });
        this.#socket = socket;
      },
    });
  }

  /** The library calls the handler as bytes come in. */
  dispatch(request: Request, handler: Dispatcher.DispatchHandler): void {
    this.#client.dispatch(request, handler);
  }

  stream(request: Request, reader: StreamReader): void {
    this.#client.dispatch(request, {
      onRequestStart: () => undefined,
      onResponseStart: (_, status, headers) => reader.begun(status, headers),
      onResponseData: (_, content) => reader.came(content),
      onResponseEnd: () => reader.ended(),
      onResponseError: (_, error) => reader.failed(error),
    });
  }

  send(request: Request, outcome: Outcome): void {
    this.#client.dispatch(request, new AnswerHandler(outcome));
  }

  async destroy(reason: LabError): Promise<void> {
    // A socket that has not connected yet is not the library's to close.
    if (this.#socket?.connecting) this.#socket.destroy();
    await this.#client.destroy(reason);
  }
}

const NOTHING = Buffer.alloc(0);

/** Gathers one answer. */
class AnswerHandler implements Dispatcher.DispatchHandler {
  readonly #outcome: Outcome;
  #status = 0;
  #headers: IncomingHttpHeaders = {};
  #body: Buffer | undefined;

  constructor(outcome: Outcome) {
    this.#outcome = outcome;
  }

  onRequestStart(): void {
    this.#body = undefined;
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#body = this.#body ? Buffer.concat([this.#body, chunk]) : chunk;
  }

  onResponseEnd(): void {
    this.#outcome.answered(this.#status, this.#body ?? NOTHING, this.#headers);
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.#outcome.failed(error);
  }
}

/**
 * The header fields that return an answer's cookies (RFC 6265, 5.4), none without. The lab's servers set no cookies; a load balancer does,
 * and by it finds the node that has the session.
 */
export function returnedCookies({ "set-cookie": set = [] }: IncomingHttpHeaders): readonly string[] {
  // One value is a text of its own in undici's headers.
  const pairs = [set].flat().map((cookie) => cookie.split(";")[0]?.trim());
  return pairs.length === 0 ? [] : ["cookie", pairs.join("; ")];
}

/** The POST side of one session. */
export class SessionRequests {
  readonly #connection: Requesting;
  readonly #requests: Requests<Fields>;
  readonly #headers: string[];
  readonly #codec: Codec;

  /** The connection ends with it. `more`: header fields of each of its requests. */
  constructor(
    connection: Requesting,
    requestTimeoutMs: number,
    session: string,
    codec: Codec,
    more: readonly string[],
  ) {
    this.#connection = connection;
    this.#requests = new Requests(requestTimeoutMs);
    this.#headers = ["x-session", session, ...more];
    this.#codec = codec;
  }

  /** Rejects with the hub's codes, `timeout`, or `closed`. */
  request({ op, ...fields }: Operation): Promise<Fields> {
    return this.#requests.start((ref) => {
      const { mediaType, encode } = this.#codec;
      const headers = [...this.#headers, "content-type", mediaType];
      this.#connection.send(
        { method: "POST", path: `/${op}`, headers, body: encode(fields) },
        {
          answered: (status, content) => this.#settle(ref, status, content),
          failed: (error) => this.#requests.fail(ref, connectionError(error)),
        },
      );
    });
  }

  /** A request without a body, whose outcome says nothing that other signs don't. `done` is called in any case, but for `failed` where that is given. */
  tell(
    method: "POST" | "DELETE",
    path: string,
    done: () => void = () => undefined,
    failed: () => void = done,
  ): void {
    this.#connection.send({ method, path, headers: this.#headers }, { answered: done, failed });
  }

  /** Rejects what waits; settles when nothing is left open. */
  async end(reason: LabError): Promise<void> {
    this.#requests.end(reason);
    await this.#connection.destroy(reason);
  }

  #settle(ref: number, status: number, content: Buffer): void {
    if (status !== 200) {
      this.#requests.fail(ref, fromHttpAnswer(status, content.toString()));
      return;
    }
    try {
      this.#requests.settle(ref, this.#codec.parseTrusted(content));
    } catch (error) {
      this.#requests.fail(ref, LabError.from(error));
    }
  }
}

/** What an error of a connection that once stood means. */
export function connectionError(error: Error): LabError {
  if (error instanceof LabError) return error;
  if ("code" in error && error.code === "UND_ERR_HEADERS_TIMEOUT")
    return new LabError("timeout", "no answer in time; it may have been carried out", { cause: error });
  return new LabError("closed", `the connection was lost (${error.message})`, { cause: error });
}
