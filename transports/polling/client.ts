import { json } from "../codec/codec.ts";
import { connectPolling, type PollClient } from "../http/polls/client.ts";
import type { ClientSettings } from "../port/defaults.ts";
import type { Capabilities, ConnectOptions, Endpoint, TransportClient } from "../port/transport.ts";
import { DEFAULT_EVERY_MS } from "./interval.ts";

/** A client that polls every `pollEveryMs`, and at least once in the heartbeat interval of either side. */
export function connect(
  endpoint: Endpoint,
  options: ConnectOptions,
  supports: Capabilities,
  variant: Pick<PollClient, "conditional" | "connectionPerRequest">,
): Promise<TransportClient> {
  return connectPolling(endpoint, options, supports, {
    ...variant,
    codec: json,
    path: "/notifications",
    asks: (settings) => ({ everyMs: wanted(settings) }),
    pace: ({ everyMs }, settings) => {
      const mine = wanted(settings);
      return {
        everyMs: typeof everyMs === "number" ? Math.min(everyMs, mine) : mine,
        silentMs: settings.heartbeat.intervalMs,
      };
    },
  });
}

function wanted({ pollEveryMs = DEFAULT_EVERY_MS, heartbeat }: ClientSettings): number {
  return Math.min(pollEveryMs, heartbeat.intervalMs);
}
