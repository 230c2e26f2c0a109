import type { Socket } from "node:net";
import type { Client } from "aedes";
import type { Hub } from "../../core/hub.ts";
import type { Session } from "../../core/session.ts";
import type { Encoded } from "../codec.ts";
import { encodePublish, type PacketScanner } from "./framing.ts";

/** One connection. aedes hands its Client to every hook; the session appears once the token has been let in. */
export interface Peer {
  readonly socket: Socket;
  readonly scanner: PacketScanner;
  /** As it came over the wire; empty when the client left it to the server, and then it has no reply topic. */
  clientId: string;
  will: { readonly topic: string; readonly payload: Buffer | string } | undefined;
  session: Session<Peer> | undefined;
  /** Follows its reply topic, so that answers have somewhere to go. */
  wantsReplies: boolean;
  /** Channels it follows at QoS 1 or 2, each of whose events it acknowledges. */
  readonly acknowledging: Set<string>;
  /** Events sent and not yet acknowledged. */
  inFlight: number;
}

/** Every open connection, by aedes's name for it. */
export type Peers = Map<Client, Peer>;

export function createPeer(socket: Socket, scanner: PacketScanner): Peer {
  return {
    socket,
    scanner,
    clientId: "",
    will: undefined,
    session: undefined,
    wantsReplies: false,
    acknowledging: new Set(),
    inFlight: 0,
  };
}

/** Where the answers to a client go; only itself may follow it, and nothing is ever published there for others to see. */
export function replyTopic({ clientId }: Peer): string | undefined {
  return clientId === "" ? undefined : `reply/${clientId}`;
}

/**
 * Sends a message on the peer's own reply topic, if it follows that. Written at once and past the broker: it counts against the
 * bound as it is written, and takes no part in the broker's numbering, by which aedes would take a QoS 1 event that is
 * still on its way through a promise for a duplicate.
 */
export function reply(hub: Hub, peer: Peer, message: Encoded, maxBufferedBytes: number): void {
  const topic = replyTopic(peer);
  if (topic === undefined || !peer.wantsReplies || !peer.socket.writable) return;
  if (!hub.withinBound(peer.socket.writableLength, maxBufferedBytes)) cutOff(hub, peer);
  else peer.socket.write(encodePublish(topic, message));
}

/** Ends a connection that does not read, and counts it once; its session ends when the socket has closed. */
export function cutOff(hub: Hub, { socket }: Peer): void {
  if (socket.destroyed) return;
  hub.counters.slowDisconnects += 1;
  socket.destroy();
}
