import type { Socket } from "node:net";
import { meterSockets, type SocketMeter, type SocketReading } from "./socket-meter.ts";

type Bytes = Pick<SocketReading, "bytesIn" | "bytesOut">;

/**
 * TCP payload of the sockets that this process opens after this call, as the servers that they lead to would count it: in is what clients sent.
 * `counts` says whose.
 */
export function meterFromClients(counts: (socket: Socket) => boolean): SocketMeter {
  const { read, stop } = meterSockets(counts, "client");
  return {
    stop,
    read: () => {
      const { sockets, ...of } = read();
      return {
        sockets,
        bytesIn: of.bytesOut,
        bytesOut: of.bytesIn,
        openBytesIn: of.openBytesOut,
        openBytesOut: of.openBytesIn,
      };
    },
  };
}

/** The same of all, undefined while it has seen none, as of sockets that are TLS from the start. */
export function meterClientSockets(): { read(): Bytes | undefined } {
  let seen = false;
  const meter = meterFromClients(() => {
    seen = true;
    return true;
  });
  return {
    read: () => {
      const { bytesIn, bytesOut } = meter.read();
      return seen ? { bytesIn, bytesOut } : undefined;
    },
  };
}
