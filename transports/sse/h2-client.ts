import { connectStream } from "../http/streams/client.ts";
import type { Capabilities, ConnectOptions, Endpoint, TransportClient } from "../port/transport.ts";
import { eventSource } from "./client.ts";
import { H2Connection } from "./h2-connection.ts";

/** As sse, its stream and its requests on one connection. */
export function connect(
  endpoint: Endpoint,
  options: ConnectOptions,
  supports: Capabilities,
): Promise<TransportClient> {
  return connectStream(endpoint, options, supports, {
    ...eventSource,
    open: (at, settings) => {
      const connection = new H2Connection(at, settings);
      return { stream: connection, requests: connection };
    },
  });
}
