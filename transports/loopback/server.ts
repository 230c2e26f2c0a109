import { LabError } from "../../core/errors.ts";
import type { Hub } from "../../core/hub.ts";
import { type MaybePromise, whenDone } from "../../core/maybe-promise.ts";
import type { Delivery } from "../../core/notification.ts";
import type { Session } from "../../core/session.ts";
import { guarded } from "../limits/guard.ts";
import type { ServeOptions, TransportServer } from "../port/transport.ts";
import { type Operation, perform, type Result } from "../session/envelope.ts";

/** What the client's half registers with the server's. */
export interface Peer {
  readonly event: (event: Delivery) => void;
  readonly ended: (reason: LabError) => void;
}

/** The servers of this process by port, in place of a network. */
const servers = new Map<number, LoopbackServer>();
let nextPort = 1;

export interface LoopbackServer {
  connect(token: string, peer: Peer): Session<Peer>;
  request(session: Session<Peer>, operation: Operation): MaybePromise<Result>;
  disconnect(session: Session<Peer>): void;
}

export async function serve(hub: Hub, options?: ServeOptions): Promise<TransportServer> {
  const port = options?.port || nextPort++;
  if (servers.has(port))
    throw new LabError("unreachable", `loopback port ${port} is taken; choose another, or 0 for any`);
  const peers = new Set<Peer>();
  const outlet = hub.attach<Peer>(
    (event, audience) => {
      // Deferred, so that a subscriber that publishes in its callback can't overtake this event on its way to the others.
      for (const { peer } of audience) deliver(hub, peer, event);
    },
    ({ peer }, reason) => peer.ended(reason),
  );
  servers.set(port, {
    connect: (token, peer) =>
      accounted(hub, () => {
        const session = outlet.connect(hub.admit(token), peer);
        peers.add(peer);
        return session;
      }),
    request: (session, operation) =>
      accounted(
        hub,
        () =>
          whenDone(perform(hub, session, { ...operation }), ({ result, catchUp }) => {
            // Nothing is held for a peer in the same process.
            for (let event = catchUp?.next(); event; event = catchUp?.next())
              deliver(hub, session.peer, event);
            return result;
          }),
        session.peer,
      ),
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

/** Counts what is no LabError as an internal error, which ends the peer, and throws it as `internal`. */
function accounted<T>(hub: Hub, act: () => T, peer?: Peer): T {
  try {
    return act();
  } catch (error) {
    const known = LabError.from(error);
    if (!(error instanceof LabError)) {
      hub.internalError(error);
      peer?.ended(known);
    }
    throw known;
  }
}

function deliver(hub: Hub, peer: Peer, event: Delivery): void {
  const end = () => peer.ended(new LabError("internal", "a subscriber's callback has thrown"));
  queueMicrotask(guarded(hub, end, () => peer.event(event)));
}

export function find(port: number): LoopbackServer | undefined {
  return servers.get(port);
}
