import { connectStream } from "../http/streams/client.ts";
import type { Capabilities, ConnectOptions, Endpoint, TransportClient } from "../port/transport.ts";
import { MEDIA_TYPE, readLines } from "./lines.ts";

export function connect(
  endpoint: Endpoint,
  options: ConnectOptions,
  supports: Capabilities,
): Promise<TransportClient> {
  return connectStream(endpoint, options, supports, {
    path: "/stream",
    mediaType: MEDIA_TYPE,
    read: readLines,
  });
}
