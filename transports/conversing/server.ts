import { LabError } from "../../core/errors.ts";
import type { Hub } from "../../core/hub.ts";
import { createBackEnds } from "../http/back-ends.ts";
import { WaitingRoom } from "../limits/waiting-room.ts";
import { listenError } from "../net/listen.ts";
import { serveDefaults } from "../port/defaults.ts";
import type { ServeOptions, TransportServer } from "../port/transport.ts";
import { maxRequestBytes } from "../session/envelope.ts";
import { createDeliver } from "./deliver.ts";
import { Peer, type Service } from "./peer.ts";
import type { Listener, ListenOptions, Opened, Speech, Topics } from "./port.ts";

/** The server of conversing(). Rejects with `unreachable` when the transport can't listen. */
export async function serve<Frame>(
  speech: Speech<Frame>,
  hub: Hub,
  options?: ServeOptions,
): Promise<TransportServer> {
  const { maxBufferedBytes, ...at } = serveDefaults(options);
  const peers = new Set<Peer<Frame>>();
  let topics: Topics<Frame> | undefined;
  const outlet = hub.attach<Peer<Frame>>(
    createDeliver(speech, peers, () => topics),
    ({ peer }, reason) => peer.end(reason),
  );
  // Only the transport knows addresses: what can be bounded here is how many connections wait for a session.
  const limits = { timeoutMs: at.handshakeTimeoutMs, places: at.maxConnectionsPerAddress };
  const waiting = new WaitingRoom<Peer<Frame>>(limits, (peer) => peer.cut());
  const service: Service<Frame> = { speech, hub, outlet, maxBufferedBytes, peers, waiting };
  let closing: Promise<void> | undefined;
  let destroying = false;
  const listenOptions: ListenOptions = {
    ...at,
    maxMessageBytes: maxRequestBytes(hub),
    admit: (token) => {
      try {
        return hub.admit(token);
      } catch (error) {
        if (!(error instanceof LabError)) hub.internalError(error);
        throw LabError.from(error);
      }
    },
    backEnds: (trust) => createBackEnds(hub, trust),
    internalError: (error) => hub.internalError(error),
    silentForMs: hub.heartbeat.intervalMs + hub.heartbeat.timeoutMs,
  };
  const listener = await listening(speech, listenOptions, (connection, identity) => {
    const peer = new Peer(service, connection, identity);
    // Whoever comes while the server closes was not among those that close() ended.
    if (destroying) peer.cut();
    return peer;
  });
  topics = listener.topics;
  const close = async () => {
    try {
      await listener.goodbye?.();
      destroying = true;
      for (const peer of peers) peer.cut();
      await listener.close();
    } finally {
      outlet.detach();
    }
  };
  return {
    endpoint: listener.endpoint,
    // Only where the listener can: who drains a service asks whether it can.
    ...(listener.stopAccepting && { stopAccepting: () => listener.stopAccepting?.() }),
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}

async function listening<Frame>(
  speech: Speech<Frame>,
  at: ListenOptions,
  opened: Opened<Frame>,
): Promise<Listener<Frame>> {
  try {
    return await speech.listen(at, opened);
  } catch (error) {
    throw error instanceof LabError ? error : listenError(error, at.host, at.port);
  }
}
