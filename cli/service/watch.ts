import type { Hub } from "../../core/hub.ts";
import type { HubWatch } from "../../core/hub-options.ts";
import { ProcessMonitor } from "../../harness/measurement/process-monitor.ts";
import { ownVersion } from "../../harness/run/environment.ts";
import type { Refusal } from "../../transports/port/transport.ts";
import { createMetrics } from "./metrics.ts";
import type { Served } from "./open-transports.ts";
import type { BackplaneState } from "./state.ts";
import { startWatchServer, type WatchServer } from "./watch-server.ts";

/** All that `--metrics` adds to a service; loaded only with it. */
export interface Watch {
  /** For the hub that is to be watched. */
  readonly hubWatch: Pick<HubWatch, "publishing" | "handedOver">;
  /** Answers for the service until it is closed. Rejects when the port can't be had. */
  listen(
    at: { readonly host: string; readonly port: number },
    hub: Hub,
    served: readonly Served[],
  ): Promise<WatchServer>;
  /** From now on the service is not ready. */
  draining(): void;
}

export async function openWatch(
  backplane: Readonly<BackplaneState> | undefined,
  refusedConnections: ReadonlyMap<Refusal, number>,
): Promise<Watch> {
  const startedAt = Date.now() / 1_000 - process.uptime();
  const metrics = createMetrics(backplane !== undefined);
  const monitor = new ProcessMonitor();
  const version = ownVersion();
  let draining = false;
  return {
    hubWatch: metrics.watch,
    draining: () => {
      draining = true;
    },
    listen: async (at, hub, served) => {
      const server = await startWatchServer(at, metrics, {
        readiness: () => ({ draining, backplane }),
        state: () => ({
          version,
          hub,
          sockets: served.flatMap(({ sockets }) => (sockets ? [sockets()] : [])),
          refusedConnections,
          backplane,
          draining,
          startedAt,
          process: monitor.sample(),
        }),
      });
      return {
        url: server.url,
        close: async () => {
          monitor.stop();
          await server.close();
        },
      };
    },
  };
}
