import type { Socket } from "node:net";
import { LabError } from "../../core/errors.ts";
import type { DialOptions, Opened } from "../conversing/port.ts";
import { dial as openSocket, readyEvent } from "../net/dial.ts";
import type { Endpoint } from "../port/transport.ts";
import { carryFrames } from "./connection.ts";

export async function dial(endpoint: Endpoint, options: DialOptions, opened: Opened<Buffer>): Promise<void> {
  const { localAddress, signal, maxMessageBytes } = options;
  // This module may have been loaded for it, which took its time.
  signal.throwIfAborted();
  const socket = openSocket(endpoint, localAddress);
  const abort = () => socket.destroy();
  signal.addEventListener("abort", abort, { once: true });
  try {
    await connected(socket, readyEvent(endpoint));
  } finally {
    signal.removeEventListener("abort", abort);
  }
  carryFrames(socket, maxMessageBytes, opened);
}

function connected(socket: Socket, ready: "connect" | "secureConnect"): Promise<void> {
  return new Promise((resolve, reject) => {
    const closed = () => reject(new LabError("unreachable", "the connection was closed before it stood"));
    socket.once(ready, () => {
      socket.off("error", reject).off("close", closed);
      resolve();
    });
    socket.once("error", reject);
    socket.once("close", closed);
  });
}
