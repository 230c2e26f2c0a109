import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { Socket } from "node:net";

/** TCP payload bytes since the meter began, and of the sockets that are open now. */
export interface SocketReading {
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly sockets: number;
  readonly openBytesIn: number;
  readonly openBytesOut: number;
}

/** TCP payload bytes of all sockets of one side of this process, below TLS, HTTP/2 and every library. */
export interface SocketMeter {
  read(): SocketReading;
  stop(): void;
}

/**
 * Sees every socket accepted after this call, whichever library accepts it, but for those that `counts` says no to; at the end "client" those that
 * net.connect() opens, which are all but those that are TLS from the start, once they are connected.
 */
export function meterSockets(
  counts: (socket: Socket) => boolean = () => true,
  end: "server" | "client" = "server",
): SocketMeter {
  const open = new Set<Socket>();
  let closedIn = 0;
  let closedOut = 0;
  const onSocket = (message: unknown) => {
    if (typeof message !== "object" || message === null || !("socket" in message)) return;
    const { socket } = message;
    if (!(socket instanceof Socket)) return;
    if (end === "server") meet(socket);
    else socket.once("connect", () => meet(socket));
  };
  const meet = (socket: Socket) => {
    if (!counts(socket)) return;
    open.add(socket);
    socket.once("close", () => {
      open.delete(socket);
      closedIn += socket.bytesRead;
      closedOut += socket.bytesWritten;
    });
  };
  subscribe(`net.${end}.socket`, onSocket);
  return {
    read: () => {
      let openBytesIn = 0;
      let openBytesOut = 0;
      for (const socket of open) {
        openBytesIn += socket.bytesRead;
        openBytesOut += socket.bytesWritten;
      }
      return {
        bytesIn: closedIn + openBytesIn,
        bytesOut: closedOut + openBytesOut,
        sockets: open.size,
        openBytesIn,
        openBytesOut,
      };
    },
    stop: () => void unsubscribe(`net.${end}.socket`, onSocket),
  };
}
