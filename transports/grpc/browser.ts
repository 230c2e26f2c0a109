import type { ConnectOptions, Endpoint, TransportClient } from "../port/transport.ts";
import { connectClient } from "../session/reconnecting-client.ts";
import { supports } from "./supports.ts";
import { type CallEvents, type Carrier, open } from "./web-client.ts";

/** A client of `grpc:web` through the page's own fetch(). */
export function connect(endpoint: Endpoint, options: ConnectOptions): Promise<TransportClient> {
  return connectClient(
    (settings, events, signal) =>
      open(overFetch(endpoint.url, settings.requestTimeoutMs), settings, events, signal),
    options,
    supports,
  );
}

function overFetch(url: string, requestTimeoutMs: number): Carrier {
  const ending = new AbortController();
  const ask = (
    path: string,
    headers: Readonly<Record<string, string>>,
    body: Uint8Array,
    signal: AbortSignal,
  ): Promise<Response> =>
    fetch(new URL(path, url), {
      method: "POST",
      headers: { ...headers },
      body: new Uint8Array(body),
      signal,
    });
  const hear = async (asked: Promise<Response>, on: CallEvents) => {
    try {
      const response = await asked;
      on.head(response.status, (name) => response.headers.get(name) ?? undefined);
      const reader = response.body?.getReader();
      for (let read = await reader?.read(); read?.value; read = await reader?.read()) on.data(read.value);
    } catch (error) {
      on.failed(error instanceof Error ? error : new Error(String(error)));
      return;
    }
    on.end();
  };
  const inTime = () => AbortSignal.any([ending.signal, AbortSignal.timeout(requestTimeoutMs)]);
  // A browser sends requests on several connections, and the later one may come first.
  let last: Promise<void> = Promise.resolve();
  return {
    inPage: true,
    follow: (path, headers, body, on) => void hear(ask(path, headers, body, ending.signal), on),
    call: (path, headers, body, on) => {
      last = last.then(() => hear(ask(path, headers, body, inTime()), on));
    },
    tell: (path, headers, body) => {
      ask(path, headers, body, inTime()).then(
        (response) => response.body?.cancel(),
        () => undefined,
      );
    },
    close: async (reason) => ending.abort(reason),
  };
}
