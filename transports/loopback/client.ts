import { LabError } from "../../core/errors.ts";
import type { Capabilities, ConnectOptions, Endpoint, TransportClient } from "../port/transport.ts";
import { connectClient, type OpenConnection } from "../session/reconnecting-client.ts";
import { find, type Peer } from "./server.ts";

export function connect(
  endpoint: Endpoint,
  options: ConnectOptions,
  supports: Capabilities,
): Promise<TransportClient> {
  const port = Number(endpoint.url.slice("loopback://".length));
  const open: OpenConnection = async (settings, events, signal) => {
    if (signal.aborted) throw signal.reason;
    const server = find(port);
    if (!server) throw new LabError("unreachable", `no loopback server at ${endpoint.url} in this process`);
    let live = true;
    const peer: Peer = {
      event: (event) => {
        if (live) events.event(event);
      },
      ended: (reason) => {
        live = false;
        server.disconnect(session);
        events.down(reason);
      },
    };
    const session = server.connect(settings.token, peer);
    return {
      request: async (operation) => ({ ...(await server.request(session, operation)) }),
      close: async () => {
        live = false;
        server.disconnect(session);
      },
    };
  };
  return connectClient(open, options, supports);
}
