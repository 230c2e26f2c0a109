import { LabError } from "../../core/errors.ts";
import type { Hub } from "../../core/hub.ts";
import { toEach } from "../limits/guard.ts";
import { cutOff, type Peer, type Peers } from "./peer.ts";

interface SweepOptions {
  readonly maxBufferedBytes: number;
  readonly handshakeTimeoutMs: number;
  /** Ends the connection of a client that does not keep to the protocol, with the reason. */
  readonly refuse: (peer: Peer, reason: LabError) => void;
}

/** A peer that has taken nothing of what waits for it for so many times a heartbeat's interval and time-out is gone. */
const PATIENCE = 4;

/**
 * Looks at every connection now and then for what no event announces: more held than the bound, a reader that has stopped, a packet that does
 * not end. Silence is for aedes to find, which ends who says nothing for 1.5 times its keepalive. Returns what stops it.
 */
export function startSweep(hub: Hub, peers: Peers, options: SweepOptions): () => void {
  const { maxBufferedBytes, handshakeTimeoutMs, refuse } = options;
  const { intervalMs, timeoutMs } = hub.heartbeat;
  const patienceMs = PATIENCE * (intervalMs + timeoutMs);

  const inspect = (peer: Peer) => {
    const { socket } = peer;
    if (!hub.withinBound(socket.writableLength, maxBufferedBytes)) cutOff(hub, peer);
    else if (stalledForMs(peer) > patienceMs) cutOff(hub, peer);
    else if (unfinishedForMs(peer) > handshakeTimeoutMs)
      refuse(peer, new LabError("malformed", `a packet has to come in within ${handshakeTimeoutMs} ms`));
  };

  const timer = setInterval(
    () =>
      toEach(hub, peers.values(), inspect, ({ socket }) => {
        socket.destroy();
      }),
    Math.min(intervalMs, handshakeTimeoutMs / 2),
  );
  return () => clearInterval(timer);
}

/** How long what waits for the peer has not become less. */
function stalledForMs(peer: Peer): number {
  const { socket } = peer;
  const passedOn = socket.bytesWritten - socket.writableLength;
  if (socket.writableLength === 0 || passedOn > peer.passedOn) peer.stalledSince = undefined;
  else peer.stalledSince ??= performance.now();
  peer.passedOn = passedOn;
  return peer.stalledSince === undefined ? 0 : performance.now() - peer.stalledSince;
}

/** How long a packet has been coming in, unless its rest is here and waits to be read. */
function unfinishedForMs({ scanner, socket }: Peer): number {
  const { unfinishedSince } = scanner;
  return unfinishedSince === undefined || socket.readableLength > 0 ? 0 : performance.now() - unfinishedSince;
}
