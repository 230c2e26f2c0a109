import type { Violation } from "./client-packet.ts";
import type { Line, Peer } from "./peer.ts";

/**
 * Bytes that are handed to aedes in one piece, all of which it works through before anybody else gets a turn: five hundred PINGREQs, or a
 * hundred filters to subscribe to, each some milliseconds' work.
 */
export const READ_BYTES = 1024;

/** Packets of a client that are worked off while it has not read what it was sent before: each may have an answer. */
const MAX_UNREAD_ANSWERS = 1_000;

/**
 * Stands between a socket and aedes, which asks for bytes with read(). Shows the scanner what is read, and calls `refuse` for what it objects to.
 * Withholds what comes behind CONNECT until the client has been accepted: aedes would acknowledge it, and it would be lost. Withholds,
 * too, what comes from a client that does not read its answers: aedes writes most of them without a bound.
 */
export function watchReads(peer: Peer, refuse: (violation: Violation) => void): void {
  const { client, socket, scanner } = peer;
  const read: Line["read"] = socket.read.bind(socket);
  let answered = 0;
  let withheld = false;
  let unsubscribing = false;

  const goOn = () => {
    withheld = false;
    if (!socket.destroyed && !peer.over) socket.emit("readable");
  };

  const readSome = (): Buffer | undefined => {
    const bytes = Math.max(READ_BYTES, scanner.missing);
    const chunk: unknown = socket.readableLength > bytes ? read(bytes) : read();
    return Buffer.isBuffer(chunk) ? chunk : undefined;
  };

  const readPackets = (): Buffer | null => {
    const pieces: Buffer[] = [];
    const before = scanner.packets;
    // aedes asks again when it has worked off a packet, so it must get one if there is one.
    while (scanner.packets === before) {
      const piece = readSome();
      if (!piece) break;
      const violation = scanner.scan(piece);
      if (violation) {
        refuse(violation);
        return null;
      }
      const { rest } = scanner;
      pieces.push(rest > 0 ? piece.subarray(0, -rest) : piece);
      if (rest > 0) socket.unshift(piece.subarray(-rest));
      unsubscribing = scanner.unsubscribed;
    }
    return pieces.length > 1 ? Buffer.concat(pieces) : (pieces[0] ?? null);
  };

  // The library's own listener came first, and hands on what it has queued.
  client.once("connected", () => {
    peer.ready = true;
    goOn();
  });
  peer.unsubscribed = () => {
    // Not at once: it may come from within the parser.
    setImmediate(() => {
      unsubscribing = false;
      goOn();
    });
  };
  socket.read = (size?: number) => {
    // Node itself reads nothing (0) to have the stream filled, and throws away what it gets.
    if (peer.over || size === 0) return read(size);
    if (withheld || unsubscribing || (scanner.packets > 0 && !peer.ready)) return null;
    if (socket.writableLength === 0) answered = scanner.packets;
    else if (scanner.packets - answered >= MAX_UNREAD_ANSWERS && socket.writable) {
      withheld = true;
      // Called when all that was written before has gone out.
      socket.write("", goOn);
      return null;
    }
    const packets = readPackets();
    if (packets && socket.readableLength > 0) {
      // aedes may ask for more from within its parser, which does not bear it; and others want a turn.
      withheld = true;
      setImmediate(goOn);
    }
    return packets;
  };
}
