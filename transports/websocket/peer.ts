import { type RawData, WebSocket } from "ws";
import { tokenExpired } from "../../core/access.ts";
import { LabError } from "../../core/errors.ts";
import type { Hub } from "../../core/hub.ts";
import type { Deliver, Session } from "../../core/session.ts";
import type { Encoded } from "../codec.ts";
import type { Correspondent } from "../dialogue.ts";
import { guarded, toEach } from "../guard.ts";
import { startHeartbeat } from "../heartbeat.ts";
import { CLOSE, closeWith, endSoon } from "./closing.ts";
import type { Encoding } from "./encoding.ts";
import type { Peer, Writing } from "./writing.ts";

export interface PeerOptions {
  readonly maxBufferedBytes: number;
  readonly encoding: Encoding;
  readonly writing: Writing;
}

/** Encodes once for all who get it. */
export function createDeliver(hub: Hub, { encoding, writing, maxBufferedBytes }: PeerOptions): Deliver<Peer> {
  const { prepare, write, heldBytes } = writing;
  return (event, audience) => {
    const prepared = prepare(encoding.event(event));
    toEach(
      hub,
      audience,
      ({ peer }) => {
        if (peer.socket.readyState !== WebSocket.OPEN) return;
        if (hub.withinBound(heldBytes(peer), maxBufferedBytes)) write(peer, prepared);
        else cutOff(hub, peer);
      },
      ({ peer }) => peer.socket.terminate(),
    );
  };
}

function cutOff(hub: Hub, { socket }: Peer): void {
  hub.cutOff();
  tooSlow(socket);
}

/** A close frame waits behind what the peer does not read; it is tried, and the connection ends all the same. */
function tooSlow(socket: WebSocket): void {
  socket.close(CLOSE.slowConsumer, "slow_consumer");
  socket.terminate();
}

/** Tells the peer that its token has run out, and ends the connection. */
export function expirePeer({ peer }: Session<Peer>): void {
  closeWith(peer.socket, tokenExpired());
}

/** Serves one upgraded connection until it ends. */
export function servePeer(hub: Hub, session: Session<Peer>, options: PeerOptions): void {
  const { peer } = session;
  const { encoding } = options;
  const { socket } = peer;
  const fail = () => closeWith(socket, new LabError("internal", "a fault of the server"));
  const heartbeat = startHeartbeat(hub.heartbeat, {
    probe: guarded(hub, fail, () => socket.ping()),
    dead: () => socket.terminate(),
  });
  const send = (message: Encoded) => {
    if (socket.readyState !== WebSocket.OPEN) return;
    if (!hub.withinBound(socket.bufferedAmount, options.maxBufferedBytes)) cutOff(hub, peer);
    else socket.send(message);
  };
  const correspondent: Correspondent<Encoded> = {
    send,
    heldBytes: () => socket.bufferedAmount,
    maxBufferedBytes: options.maxBufferedBytes,
    end: (reason) => {
      if (reason.code === "slow_consumer") tooSlow(socket);
      else closeWith(socket, reason);
    },
  };
  const onMessage = (data: RawData, isBinary: boolean) => {
    heartbeat.alive();
    // What comes behind the end of the session is nobody's request any more.
    if (socket.readyState !== WebSocket.OPEN) return;
    if (isBinary !== encoding.binary) send(encoding.error(null, otherFrames(encoding)));
    else if (Buffer.isBuffer(data)) encoding.answer(hub, session, data, correspondent);
  };
  socket.on("message", guarded(hub, fail, onMessage));
  socket.on("ping", heartbeat.alive);
  socket.on("pong", heartbeat.alive);
  // After a protocol error (1002, 1007, 1009) ws sends the close frame by itself and reads no more; the socket is ended when it is out.
  socket.on("error", () => endSoon(socket));
  socket.once(
    "close",
    guarded(hub, fail, () => {
      heartbeat.stop();
      hub.disconnect(session);
    }),
  );
}

function otherFrames({ binary }: Encoding): LabError {
  return new LabError(
    "malformed",
    binary ? "send binary frames; this protocol is MessagePack" : "send text frames; this protocol is JSON",
  );
}
