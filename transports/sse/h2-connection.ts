import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  constants,
  type OutgoingHttpHeaders,
} from "node:http2";
import type { Socket } from "node:net";
import type { LabError } from "../../core/errors.ts";
import type { Outcome, Request, Requesting, StreamReader } from "../http/client.ts";
import { dial } from "../net/dial.ts";
import type { ClientSettings } from "../port/defaults.ts";
import type { Endpoint } from "../port/transport.ts";

/** How long the server may take to hear that a client has closed. */
const GOODBYE_MS = 500;

/** One HTTP/2 connection, on which the stream and all requests of a client are streams of their own (RFC 9113, 5). */
export class H2Connection implements Requesting {
  readonly #socket: Socket;
  readonly #session: ClientHttp2Session;
  readonly #waiting: (() => void)[] = [];
  readonly #open = new Set<ClientHttp2Stream>();
  #sending = false;
  #ended: Promise<void> | undefined;
  #error: Error | undefined;

  constructor(endpoint: Endpoint, { localAddress }: ClientSettings) {
    const { host } = new URL(endpoint.url);
    this.#socket = dial(endpoint, localAddress, "h2");
    const scheme = endpoint.certificate === undefined ? "http" : "https";
    this.#session = connect(`${scheme}://${host}`, { createConnection: () => this.#socket });
    // What it says is told by the streams that it ends.
    this.#session.on("error", (error) => {
      this.#error ??= error;
    });
  }

  stream(request: Request, reader: StreamReader): void {
    let over = false;
    const failed = (error: Error) => {
      if (over) return;
      over = true;
      reader.failed(this.#error ?? error);
    };
    const stream = this.#ask(request);
    if (stream instanceof Error) {
      process.nextTick(failed, stream);
      return;
    }
    stream.once("response", ({ ":status": status = 0, ...headers }) => reader.begun(status, headers));
    stream.on("data", (content: Buffer) => reader.came(content));
    stream.once("end", () => {
      // Node.js ends the readable side of one that was reset as well.
      if (over || stream.aborted || stream.rstCode !== 0) return;
      over = true;
      reader.ended();
    });
    stream.once("error", failed);
    this.#open.add(stream);
    stream.once("close", () => {
      this.#open.delete(stream);
      failed(new Error("the stream was reset"));
    });
  }

  /** One at a time: streams side by side have no order, and what a client asks has one on every transport. */
  send(request: Request, outcome: Outcome): void {
    if (this.#sending) this.#waiting.push(() => this.#send(request, outcome));
    else this.#send(request, outcome);
  }

  #send(request: Request, outcome: Outcome): void {
    this.#sending = true;
    const next = () => {
      this.#sending = false;
      this.#waiting.shift()?.();
    };
    let status = 0;
    let headers = {};
    const chunks: Buffer[] = [];
    this.stream(request, {
      begun: (begun, received) => {
        status = begun;
        headers = received;
      },
      came: (content) => {
        chunks.push(content);
      },
      ended: () => {
        next();
        outcome.answered(status, Buffer.concat(chunks), headers);
      },
      failed: (error) => {
        next();
        outcome.failed(error);
      },
    });
  }

  destroy(reason: LabError): Promise<void> {
    this.#error ??= reason;
    this.#ended ??= this.#end();
    return this.#ended;
  }

  /** Both sides say GOAWAY (RFC 9113, 6.8) where there is a server that still hears. */
  async #end(): Promise<void> {
    if (this.#socket.closed) return;
    const closed = new Promise<void>((resolve) => this.#socket.once("close", () => resolve()));
    const cut = () => {
      this.#session.destroy();
      this.#socket.destroy();
    };
    const impatient = setTimeout(cut, GOODBYE_MS);
    if (this.#session.connecting || this.#session.destroyed) cut();
    else {
      for (const stream of this.#open) stream.close(constants.NGHTTP2_CANCEL);
      // It answers with its own, and ends the connection: whoever ends it first does not hear that.
      this.#session.goaway();
    }
    await closed;
    clearTimeout(impatient);
  }

  #ask({ method, path, headers, body }: Request): ClientHttp2Stream | Error {
    const fields: OutgoingHttpHeaders = { ":method": method, ":path": path };
    for (let index = 0; index < headers.length; index += 2) fields[headers[index] ?? ""] = headers[index + 1];
    try {
      const stream = this.#session.request(fields, { endStream: body === undefined });
      if (body !== undefined) stream.end(body);
      return stream;
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }
}
