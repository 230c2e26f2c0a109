import type { Socket } from "node:net";
import { LabError } from "../../core/errors.ts";
import type { Hub } from "../../core/hub.ts";
import type { ServedSockets } from "../../harness/service/state.ts";
import type { TransportEntry } from "../../transports/port/entry.ts";
import type { ServeOptions, TransportServer } from "../../transports/port/transport.ts";
import { CliFailure } from "../process/failure.ts";

/** One transport of a running service. */
export interface Served {
  readonly transport: TransportEntry;
  readonly server: TransportServer;
  /** What has passed through its sockets; absent where nobody asks. */
  readonly sockets: (() => ServedSockets) | undefined;
}

/**
 * Serves the hub on each transport; from the second on, one port further each, unless the port is 0. All or none: exit code 1 and one line where
 * one can't listen. `metered`: counts connections and bytes, each when a socket opens and when it is asked for.
 */
export async function openTransports(
  hub: Hub,
  transports: readonly TransportEntry[],
  { port, metered, ...options }: ServeOptions & { readonly port: number; readonly metered: boolean },
): Promise<Served[]> {
  const meterSockets = metered
    ? (await import("../../harness/measurement/socket-meter.ts")).meterSockets
    : undefined;
  const served: Served[] = [];
  try {
    for (const [index, transport] of transports.entries()) {
      let bound = Number.NaN;
      let accepted = 0;
      const meter = meterSockets?.((socket: Socket) => {
        if (socket.localPort !== bound) return false;
        accepted += 1;
        return true;
      });
      const server = await transport.serve(hub, { ...options, port: port === 0 ? 0 : port + index });
      bound = Number(new URL(server.endpoint.url).port);
      // What Node.js does not see is told by no figure.
      const sockets = transport.native
        ? undefined
        : meter && (() => ({ transport: transport.name, accepted, ...meter.read() }));
      served.push({ transport, server, sockets });
    }
    return served;
  } catch (error) {
    await Promise.all(served.map(({ server }) => server.close()));
    throw new CliFailure(1, LabError.from(error).message, { cause: error });
  }
}
