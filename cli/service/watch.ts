import type { Hub } from "../../core/hub.ts";
import type { HubWatch } from "../../core/hub-options.ts";
import { ProcessMonitor } from "../../harness/measurement/process-monitor.ts";
import { ServedProcesses } from "../../harness/processes/served-processes.ts";
import { ownVersion } from "../../harness/run/environment.ts";
import { expose, familiesOf } from "../../harness/service/exposition.ts";
import { timePublishes } from "../../harness/service/publish-to-write.ts";
import { type BackplaneState, hubState, unready } from "../../harness/service/state.ts";
import { startWatchServer, type WatchServer } from "../../harness/service/watch-server.ts";
import type { Refusal } from "../../transports/port/transport.ts";
import type { Served } from "./open-transports.ts";

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
  const publishToWrite = timePublishes(backplane !== undefined);
  const monitor = new ProcessMonitor();
  const version = ownVersion();
  let draining = false;
  return {
    hubWatch: publishToWrite.watch,
    draining: () => {
      draining = true;
    },
    listen: async (at, hub, served) => {
      const beside = new ServedProcesses(() => served.map(({ server }) => server));
      const state = () => ({
        version,
        hubs: [hubState(hub, publishToWrite.read())],
        sockets: served.flatMap(({ sockets }) => (sockets ? [sockets()] : [])),
        refusedConnections,
        backplane,
        draining,
        startedAt,
        process: beside.addTo(monitor.sample()),
      });
      const server = await startWatchServer(at, {
        expose: (accept) => expose(accept, familiesOf([{ state: state() }])),
        unready: () => unready({ draining, backplane }),
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
