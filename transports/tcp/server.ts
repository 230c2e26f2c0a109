import type { Listener, ListenOptions, Opened } from "../conversing/port.ts";
import { Connections } from "../limits/connections.ts";
import { listen as bind, closeServer, createSocketServer, endpointOf, stopAccepting } from "../net/listen.ts";
import { carryFrames } from "./connection.ts";

/** Of one client: who sends thousands at once waits for its own, and nobody else does. */
const FRAMES_A_TURN = 64;

export async function listen(options: ListenOptions, opened: Opened<Buffer>): Promise<Listener> {
  const { host, port, tls, maxMessageBytes, maxConnectionsPerAddress, trustedProxies, onRefused } = options;
  const server = createSocketServer({ tls }, (socket) =>
    carryFrames(socket, maxMessageBytes, opened, FRAMES_A_TURN),
  );
  // How long a connection may wait for its session is watched by the kit, which alone sees sessions.
  new Connections(server, {
    maxConnectionsPerAddress,
    trustedProxies,
    onRefused,
    handshakeTimeoutMs: Number.POSITIVE_INFINITY,
  });
  const bound = await bind(server, host, port);
  return {
    endpoint: endpointOf("tcp", bound, tls),
    stopAccepting: () => stopAccepting(server),
    close: () => closeServer(server),
  };
}
