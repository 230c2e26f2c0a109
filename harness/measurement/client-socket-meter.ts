import { meterSockets, type SocketReading } from "./socket-meter.ts";

type Bytes = Pick<SocketReading, "bytesIn" | "bytesOut">;

/**
 * TCP payload of the sockets that this process opens after this call, as the servers that they lead to would count it: in is what clients sent.
 * Undefined while it has seen none, as of sockets that are TLS from the start.
 */
export function meterClientSockets(): { read(): Bytes | undefined } {
  let seen = false;
  const meter = meterSockets(() => {
    seen = true;
    return true;
  }, "client");
  return {
    read: () => {
      const { bytesIn, bytesOut } = meter.read();
      return seen ? { bytesIn: bytesOut, bytesOut: bytesIn } : undefined;
    },
  };
}
