import type { Codec } from "../codec/codec.ts";
import { connectPolling } from "../http/polls/client.ts";
import type { Capabilities, ConnectOptions, Endpoint, TransportClient } from "../port/transport.ts";

/** A client of which a poll is under way at all times. */
export function connect(
  endpoint: Endpoint,
  options: ConnectOptions,
  supports: Capabilities,
  codec: Codec,
): Promise<TransportClient> {
  return connectPolling(endpoint, options, supports, {
    codec,
    path: "/poll",
    asks: ({ heartbeat }) => ({ waitMs: heartbeat.intervalMs }),
    pace: ({ waitMs }, { heartbeat }) => ({
      everyMs: 0,
      silentMs: typeof waitMs === "number" ? waitMs : heartbeat.intervalMs,
    }),
  });
}
