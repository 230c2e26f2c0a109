import { LabError } from "../core/errors.ts";
import type { Hub } from "../core/hub.ts";
import { accept, type Peer, type Service } from "./conversing-peer.ts";
import type { Connection, Listener, ListenOptions, Opened, Speech } from "./conversing-port.ts";
import { serveDefaults } from "./defaults.ts";
import { encodeEvent, maxRequestBytes } from "./envelope.ts";
import { guarded, toEach } from "./guard.ts";
import { listenError } from "./listen.ts";
import type { ServeOptions, TransportServer } from "./transport.ts";
import { WaitingRoom } from "./waiting-room.ts";

/** The server of conversing(). Rejects with `unreachable` when the wire can't listen. */
export async function serve<Frame>(
  speech: Speech<Frame>,
  hub: Hub,
  options?: ServeOptions,
): Promise<TransportServer> {
  const { maxBufferedBytes, handshakeTimeoutMs, ...at } = serveDefaults(options);
  const connections = new Set<Connection<Frame>>();
  const outlet = hub.attach<Peer<Frame>>(
    (event, audience) => {
      const frame = speech.frame(encodeEvent(event));
      toEach(
        hub,
        audience,
        ({ peer }) => peer.write(frame),
        ({ peer }) => peer.cut(),
      );
    },
    ({ peer }) => peer.expire(),
  );
  // The addresses of connections are the wire's to know: what can be bounded here is how many wait with nobody let in.
  const limits = { timeoutMs: handshakeTimeoutMs, places: at.maxConnectionsPerAddress };
  const waiting = new WaitingRoom<Peer<Frame>>(limits, (peer) => peer.cut());
  const service: Service<Frame> = { speech, hub, outlet, maxBufferedBytes, connections, waiting };
  let closing: Promise<void> | undefined;
  const listener = await listening(speech, { ...at, maxMessageBytes: maxRequestBytes(hub) }, (connection) => {
    const receiver = accept(service, connection);
    // Whoever comes while the server closes was not among those that close() ended.
    if (closing) destroy(hub, connection);
    return receiver;
  });
  const close = async () => {
    for (const connection of connections) destroy(hub, connection);
    try {
      await listener.close();
    } finally {
      outlet.detach();
    }
  };
  return {
    endpoint: listener.endpoint,
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}

function destroy(hub: Hub, connection: Connection<unknown>): void {
  const nothing = () => undefined;
  guarded(hub, nothing, () => connection.destroy())();
}

async function listening<Frame>(
  speech: Speech<Frame>,
  at: ListenOptions,
  opened: Opened<Frame>,
): Promise<Listener> {
  try {
    return await speech.listen(at, opened);
  } catch (error) {
    throw error instanceof LabError ? error : listenError(error, at.host, at.port);
  }
}
