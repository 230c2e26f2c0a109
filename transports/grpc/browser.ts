import { LabError } from "../../core/errors.ts";
import type { Capabilities, ConnectOptions, Endpoint, TransportClient } from "../port/transport.ts";
import { connectClient } from "../session/reconnecting-client.ts";
import { type Carrier, open } from "./web-client.ts";

const supports: Capabilities = { resume: true, network: true, slowConsumer: "disconnect" };

/** A client of `grpc:web` through the page's own fetch(). */
export function connect(endpoint: Endpoint, options: ConnectOptions): Promise<TransportClient> {
  return connectClient(
    (settings, events, signal) => open(overFetch(endpoint), settings, events, signal),
    options,
    supports,
  );
}

function overFetch({ url }: Endpoint): Carrier {
  const ending = new AbortController();
  const send: Carrier["call"] = (path, headers, body, on) => {
    const go = async () => {
      const response = await fetch(new URL(path, url), {
        method: "POST",
        headers: { ...headers },
        body: new Uint8Array(body),
        signal: ending.signal,
      });
      on.head(response.status, (name) => response.headers.get(name) ?? undefined);
      const reader = response.body?.getReader();
      for (let read = await reader?.read(); read?.value; read = await reader?.read()) on.data(read.value);
      on.end();
    };
    go().catch((error: unknown) => on.failed(LabError.from(error, "closed")));
  };
  return {
    follow: send,
    call: send,
    close: async (reason) => ending.abort(reason),
  };
}
