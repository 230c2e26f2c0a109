import type { Duplex } from "node:stream";
import type { AedesPublishPacket, Client } from "aedes";
import type { Hub } from "../../core/hub.ts";
import type { Session } from "../../core/session.ts";
import type { Encoded } from "../codec/codec.ts";
import type { Remote } from "../limits/connections.ts";
import type { PacketScanner } from "./framing.ts";

declare module "aedes" {
  interface Client {
    /** By topic what aedes has it follow, which its types leave out. */
    readonly subscriptions: Readonly<Record<string, { readonly qos: number } | undefined>>;
  }
}

/** The bytes of one connection: a socket, or the messages of a WebSocket. */
export type Line = Duplex & Remote & { readonly bytesWritten: number };

/** One connection. aedes hands its Client to every hook; the session appears once the token has been let in. */
export interface Peer {
  readonly client: Client;
  readonly socket: Line;
  readonly scanner: PacketScanner;
  /** As it came over the wire; empty when the client left it to the server, and then it has no reply topic. */
  clientId: string;
  /** False where the standard has an empty client id refused. */
  mayBeNameless: boolean;
  will: { readonly topic: string; readonly payload: Buffer | string } | undefined;
  session: Session<Peer> | undefined;
  /** Events handed to it at QoS 1 or 2 and not yet acknowledged. */
  inFlight: number;
  /** Identifiers of the QoS 2 publishes that came and await their PUBREL (MQTT 3.1.1, 4.3.3). */
  readonly unreleased: Set<number>;
  /** aedes has let it in and has worked off what came along with CONNECT. */
  ready: boolean;
  /** Call when aedes has ended what an UNSUBSCRIBE named: what came behind it is read. */
  unsubscribed: () => void;
  /** What it sends is read, and thrown away. */
  over: boolean;
  /** Bytes that the socket had passed on when it was last looked at, and since when no more have gone out. */
  passedOn: number;
  stalledSince: number | undefined;
}

/** Every open connection, by aedes's name for it. */
export type Peers = Map<Client, Peer>;

export function createPeer(client: Client, socket: Line, scanner: PacketScanner): Peer {
  return {
    client,
    socket,
    scanner,
    clientId: "",
    mayBeNameless: false,
    will: undefined,
    session: undefined,
    inFlight: 0,
    unreleased: new Set(),
    ready: false,
    unsubscribed: () => undefined,
    over: false,
    passedOn: 0,
    stalledSince: undefined,
  };
}

/** Where the answers to a client go; only itself may follow it, and nothing is ever published there for others to see. */
export function replyTopic({ clientId }: Peer): string | undefined {
  return clientId === "" ? undefined : `reply/${clientId}`;
}

/**
 * aedes counts what it publishes and takes what comes to a client out of order for a duplicate. An answer overtakes a QoS 1 event that is
 * still on its way through a promise, and that event would be lost: so answers have a name and a count of their own.
 */
const ANSWERS = { brokerId: "answers", brokerCounter: 0 } as const;

/** The library calls it, whatever its types say. */
const written = () => undefined;

/** Sends a message on the peer's own reply topic, if aedes has it follow that. It is written in the next turn of the loop. */
export function reply(hub: Hub, peer: Peer, message: Encoded, maxBufferedBytes: number): void {
  const topic = replyTopic(peer);
  if (topic === undefined || !(topic in peer.client.subscriptions) || !peer.socket.writable) return;
  if (!hub.withinBound(peer.socket.writableLength, maxBufferedBytes)) {
    cutOff(hub, peer);
    return;
  }
  const packet: AedesPublishPacket = {
    ...ANSWERS,
    cmd: "publish",
    topic,
    payload: message,
    qos: 0,
    retain: false,
    dup: false,
  };
  peer.client.publish(packet, written);
}

/** Ends a connection that does not read, and counts it once; its session ends when the socket has closed. */
export function cutOff(hub: Hub, { socket }: Peer): void {
  if (socket.destroyed) return;
  hub.cutOff();
  socket.destroy();
}

/** Says why, and ends the connection behind it. */
export function tellAndEnd(hub: Hub, peer: Peer, message: Encoded, maxBufferedBytes: number): void {
  const { socket } = peer;
  peer.over = true;
  // Closing over unread bytes would reset the connection and lose the answer.
  socket.removeAllListeners("readable").resume();
  reply(hub, peer, message, maxBufferedBytes);
  // Behind the answer, which was set down for the next turn before this.
  setImmediate(() => socket.end());
}
