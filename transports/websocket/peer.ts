import type { Duplex } from "node:stream";
import { type RawData, WebSocket } from "ws";
import { LabError } from "../../core/errors.ts";
import type { Hub } from "../../core/hub.ts";
import type { Deliver, Session } from "../../core/session.ts";
import type { Encoded } from "../codec.ts";
import type { Correspondent } from "../dialogue.ts";
import { startHeartbeat } from "../heartbeat.ts";
import type { Encoding } from "./encoding.ts";
import { CLOSE, encodeFrame } from "./framing.ts";

/** One subscriber, seen from the hub. */
export interface Peer {
  readonly socket: WebSocket;
  /** The byte stream under the socket, to which ready frames go directly. */
  readonly stream: Duplex;
}

export interface PeerOptions {
  readonly maxBufferedBytes: number;
  /** With permessage-deflate the library must make each frame itself, since each connection compresses on its own. */
  readonly deflate: boolean;
  readonly encoding: Encoding;
}

/** Encodes once, then writes the same frame to every stream. */
export function createDeliver(hub: Hub, { deflate, encoding, maxBufferedBytes }: PeerOptions): Deliver<Peer> {
  return (event, audience) => {
    const message = encoding.event(event);
    const frame = deflate ? undefined : encodeFrame(message);
    for (const { peer } of audience) {
      if (peer.socket.readyState !== WebSocket.OPEN) continue;
      // With deflate ws queues frames of its own, which only bufferedAmount shows.
      const buffered = frame ? peer.stream.writableLength : peer.socket.bufferedAmount;
      if (!hub.withinBound(buffered, maxBufferedBytes)) cutOff(hub, peer);
      else if (frame) peer.stream.write(frame);
      else peer.socket.send(message);
    }
  };
}

function cutOff(hub: Hub, { socket, stream }: Peer): void {
  hub.counters.slowDisconnects += 1;
  // A close frame would wait behind what the peer does not read; it is tried, and the stream ends all the same.
  socket.close(CLOSE.tryAgainLater, "slow_consumer");
  stream.destroy();
}

/** Tells the peer that its token has run out, and ends the connection. */
export function expirePeer({ peer }: Session<Peer>): void {
  peer.socket.close(CLOSE.tokenExpired, "unauthenticated");
}

/** Serves one upgraded connection until it ends. */
export function servePeer(hub: Hub, session: Session<Peer>, options: PeerOptions): void {
  const { peer } = session;
  const { encoding } = options;
  const { socket } = peer;
  const heartbeat = startHeartbeat(hub.heartbeat, {
    probe: () => socket.ping(),
    dead: () => socket.terminate(),
  });
  const correspondent: Correspondent<Encoded> = {
    send: (message) => send(message),
    heldBytes: () => socket.bufferedAmount,
    maxBufferedBytes: options.maxBufferedBytes,
    end: () => cutOff(hub, peer),
  };
  const send = (message: Encoded) => {
    if (socket.readyState !== WebSocket.OPEN) return;
    if (!hub.withinBound(socket.bufferedAmount, options.maxBufferedBytes)) cutOff(hub, peer);
    else socket.send(message);
  };
  socket.on("message", (data: RawData, isBinary: boolean) => {
    heartbeat.alive();
    if (isBinary !== encoding.binary) send(encoding.error(null, otherFrames(encoding)));
    else if (Buffer.isBuffer(data)) encoding.answer(hub, session, data, correspondent);
  });
  socket.on("ping", heartbeat.alive);
  socket.on("pong", heartbeat.alive);
  // ws closes by itself after a protocol error (1002, 1007, 1009); nothing is left to do but not to crash.
  socket.on("error", () => socket.terminate());
  socket.once("close", () => {
    heartbeat.stop();
    hub.disconnect(session);
  });
}

function otherFrames({ binary }: Encoding): LabError {
  return new LabError(
    "malformed",
    binary ? "send binary frames; this protocol is MessagePack" : "send text frames; this protocol is JSON",
  );
}
