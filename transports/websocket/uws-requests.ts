import type { IncomingHttpHeaders, OutgoingHttpHeaders } from "node:http";
import { STATUS_CODES } from "node:http";
import { Readable } from "node:stream";
import type { HttpError } from "../http/errors.ts";
import type { UwsRequest, UwsResponse } from "./uws-library.ts";

/* A request of uWebSockets.js and its answer as the rest of the lab knows those of node:http. */

/** What a request says before its content; it outlives the library's own object. */
export interface UwsHead {
  readonly method: string;
  /** With the query. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly socket: { readonly remoteAddress: string };
}

export function headOf(request: UwsRequest, response: UwsResponse): UwsHead {
  const headers: Record<string, string> = {};
  request.forEach((name, value) => {
    headers[name] = value;
  });
  const query = request.getQuery();
  return {
    method: request.getMethod().toUpperCase(),
    url: query ? `${request.getUrl()}?${query}` : request.getUrl(),
    headers,
    socket: { remoteAddress: Buffer.from(response.getRemoteAddressAsText()).toString() },
  };
}

/** The head with the content, which flows from the call on: it is to be made before the handler returns. */
export class UwsContent extends Readable implements UwsHead {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly socket: UwsHead["socket"];

  constructor({ method, url, headers, socket }: UwsHead, response: UwsResponse) {
    super({ read: () => undefined });
    this.method = method;
    this.url = url;
    this.headers = headers;
    this.socket = socket;
    response.onData((chunk, isLast) => {
      // A copy: the library takes the memory back.
      if (chunk.byteLength > 0) this.push(Buffer.from(chunk.slice(0)));
      if (isLast) this.push(null);
    });
  }
}

/** An answer that is sent in one piece, and not at all once the client is gone. It is to be made before the handler returns. */
export class UwsAnswer {
  readonly #response: UwsResponse;
  readonly #headers = new Map<string, string>();
  readonly #onClose: (() => void)[] = [];
  #status = 200;
  #over = false;
  headersSent = false;

  constructor(response: UwsResponse) {
    this.#response = response;
    response.onAborted(() => this.#end());
  }

  setHeader(name: string, value: string): void {
    this.#headers.set(name.toLowerCase(), value);
  }

  writeHead(status: number, headers: OutgoingHttpHeaders = {}): void {
    this.headersSent = true;
    this.#status = status;
    for (const [name, value] of Object.entries(headers)) this.setHeader(name, String(value));
  }

  readonly end = (text = ""): void => {
    if (this.#over) return;
    this.#end();
    const closes = this.#headers.get("connection") === "close";
    this.#response.cork(() => {
      this.#response.writeStatus(`${this.#status} ${STATUS_CODES[this.#status]}`);
      // The library writes these two itself.
      for (const [name, value] of this.#headers)
        if (name !== "content-length" && name !== "connection") this.#response.writeHeader(name, value);
      if (closes) this.#response.writeHeader("connection", "close");
      this.#response.end(text, closes);
    });
  };

  once(_event: "close", listener: () => void): void {
    this.#onClose.push(listener);
  }

  #end(): void {
    this.#over = true;
    for (const listener of this.#onClose.splice(0)) listener();
  }
}

/** Answers a request, or an upgrade, with an error, and closes the connection. */
export function refuse(response: UwsResponse, { status, body }: HttpError): void {
  const answer = new UwsAnswer(response);
  answer.writeHead(status, { "content-type": "application/json", connection: "close" });
  answer.end(JSON.stringify(body));
}
