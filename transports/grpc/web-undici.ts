import type { IncomingHttpHeaders } from "node:http";
import type { Dispatcher } from "undici";
import { connectionError, HttpConnection, returnedCookies } from "../http/client.ts";
import type { ClientSettings } from "../port/defaults.ts";
import type { Capabilities, ConnectOptions, Endpoint, TransportClient } from "../port/transport.ts";
import { connectClient } from "../session/reconnecting-client.ts";
import { type CallEvents, type Carrier, open } from "./web-client.ts";

/** A client of gRPC-Web on Node: its stream on one connection, all else on a second. */
export function connect(
  endpoint: Endpoint,
  options: ConnectOptions,
  supports: Capabilities,
): Promise<TransportClient> {
  return connectClient(
    (settings, events, signal) => open(overUndici(endpoint, settings), settings, events, signal),
    options,
    supports,
  );
}

function overUndici(endpoint: Endpoint, settings: ClientSettings): Carrier {
  const stream = new HttpConnection(endpoint, settings, 0);
  const calls = new HttpConnection(endpoint, settings, settings.requestTimeoutMs);
  let cookies: readonly string[] = [];
  const send = (connection: HttpConnection, keepCookies: boolean): Carrier["call"] => {
    return (path, headers, body, on) => {
      const fields = [...Object.entries(headers).flat(), ...cookies];
      const taken = keepCookies
        ? (received: IncomingHttpHeaders) => {
            cookies = returnedCookies(received);
          }
        : () => undefined;
      connection.dispatch({ method: "POST", path, headers: fields, body }, new Handler(on, taken));
    };
  };
  const call = send(calls, false);
  return {
    follow: send(stream, true),
    call,
    // Once more where a proxy has cut the connection: nothing else is heard of the client until the next.
    tell: (path, headers, body) =>
      call(path, headers, body, { ...UNHEARD, failed: () => call(path, headers, body, UNHEARD) }),
    close: async (reason) => {
      await Promise.all([stream.destroy(reason), calls.destroy(reason)]);
    },
  };
}

const UNHEARD: CallEvents = {
  head: () => undefined,
  data: () => undefined,
  end: () => undefined,
  failed: () => undefined,
};

class Handler implements Dispatcher.DispatchHandler {
  readonly #on: CallEvents;
  readonly #taken: (headers: IncomingHttpHeaders) => void;

  constructor(on: CallEvents, taken: (headers: IncomingHttpHeaders) => void) {
    this.#on = on;
    this.#taken = taken;
  }

  onRequestStart(): void {
    // Told of by what follows.
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    this.#taken(headers);
    this.#on.head(status, (name) => {
      const value = headers[name];
      return Array.isArray(value) ? value[0] : value;
    });
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#on.data(chunk);
  }

  onResponseEnd(): void {
    this.#on.end();
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.#on.failed(
      "code" in error && error.code === "UND_ERR_HEADERS_TIMEOUT" ? connectionError(error) : error,
    );
  }
}
