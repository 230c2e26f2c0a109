import { LabError } from "../../core/errors.ts";
import type { Hub } from "../../core/hub.ts";
import type { HubEvent } from "../../core/notification.ts";
import type { Session } from "../../core/session.ts";
import { type Operation, perform, type Result } from "../envelope.ts";
import type { ServeOptions, TransportServer } from "../transport.ts";

/** What the client's half registers with the server's. */
export interface Peer {
  readonly event: (event: HubEvent) => void;
  readonly ended: (reason: LabError) => void;
}

/** The servers of this process by port, in place of a network. */
const servers = new Map<number, LoopbackServer>();
let nextPort = 1;

export interface LoopbackServer {
  connect(token: string, peer: Peer): Session<Peer>;
  request(session: Session<Peer>, operation: Operation): Result;
  disconnect(session: Session<Peer>): void;
}

export async function serve(hub: Hub, options?: ServeOptions): Promise<TransportServer> {
  const port = options?.port || nextPort++;
  if (servers.has(port))
    throw new LabError("unreachable", `loopback port ${port} is taken; choose another, or 0 for any`);
  const peers = new Set<Peer>();
  const outlet = hub.attach<Peer>((event, audience) => {
    // Deferred, so that a subscriber that publishes in its callback can't overtake this event on its way to the others.
    for (const { peer } of audience) queueMicrotask(() => peer.event(event));
  });
  servers.set(port, {
    connect: (token, peer) => {
      const session = outlet.connect(hub.authenticate(token), peer);
      peers.add(peer);
      return session;
    },
    request: (session, operation) => {
      if (hub.isExpired(session)) {
        const reason = new LabError("unauthenticated", "the token has expired");
        session.peer.ended(reason);
        throw reason;
      }
      const { result, replayed } = perform(hub, session, { ...operation });
      for (const event of replayed) queueMicrotask(() => session.peer.event(event));
      return result;
    },
    disconnect: (session) => {
      peers.delete(session.peer);
      hub.disconnect(session);
    },
  });
  return {
    endpoint: { url: `loopback://${port}` },
    close: async () => {
      servers.delete(port);
      outlet.detach();
      for (const peer of [...peers]) peer.ended(new LabError("closed", "the server was closed"));
      peers.clear();
    },
  };
}

export function find(port: number): LoopbackServer | undefined {
  return servers.get(port);
}
