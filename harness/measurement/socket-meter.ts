import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { Socket } from "node:net";

/** TCP payload bytes of all server-side sockets of this process, below TLS, HTTP/2 and every library. */
export interface SocketMeter {
  read(): { readonly bytesIn: number; readonly bytesOut: number; readonly sockets: number };
  stop(): void;
}

/** Sees every socket accepted after this call, whichever library accepts it. */
export function meterSockets(): SocketMeter {
  const open = new Set<Socket>();
  let closedIn = 0;
  let closedOut = 0;
  const onSocket = (message: unknown) => {
    if (typeof message !== "object" || message === null || !("socket" in message)) return;
    const { socket } = message;
    if (!(socket instanceof Socket)) return;
    open.add(socket);
    socket.once("close", () => {
      open.delete(socket);
      closedIn += socket.bytesRead;
      closedOut += socket.bytesWritten;
    });
  };
  subscribe("net.server.socket", onSocket);
  return {
    read: () => {
      let bytesIn = closedIn;
      let bytesOut = closedOut;
      for (const socket of open) {
        bytesIn += socket.bytesRead;
        bytesOut += socket.bytesWritten;
      }
      return { bytesIn, bytesOut, sockets: open.size };
    },
    stop: () => void unsubscribe("net.server.socket", onSocket),
  };
}
