import type { Socket } from "node:net";
import type { Connection, Opened } from "../conversing/port.ts";
import { FrameReader } from "./framing.ts";

/** Carries frames over a socket until it closes; each may have at most `maxBytes`. `framesATurn` as FrameReader has it. */
export function carryFrames(
  socket: Socket,
  maxBytes: number,
  opened: Opened<Buffer>,
  framesATurn?: number,
): void {
  const receiver = opened(new SocketConnection(socket));
  const reader = new FrameReader(maxBytes, receiver.message, framesATurn);
  /** Others have their turn before what has come is read on. */
  let isWaiting = false;
  const read = (bytes: Buffer): void => {
    let rest: Buffer | undefined;
    try {
      rest = reader.push(bytes);
    } catch (error) {
      socket.removeAllListeners("data").resume();
      receiver.failed(error);
      return;
    }
    if (rest) {
      const later = rest;
      isWaiting = true;
      socket.pause();
      setImmediate(() => {
        if (!socket.destroyed) read(later);
      });
    } else if (isWaiting) {
      isWaiting = false;
      socket.resume();
    }
  };
  socket.on("data", (chunk) => {
    receiver.alive();
    read(chunk);
  });
  socket.on("error", receiver.failed);
  socket.once("close", receiver.closed);
}

class SocketConnection implements Connection<Buffer> {
  readonly #socket: Socket;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  send(frame: Buffer): void {
    this.#socket.write(frame);
  }

  bufferedBytes(): number {
    return this.#socket.writableLength;
  }

  end(): void {
    this.#socket.end();
  }

  destroy(): void {
    this.#socket.destroy();
  }
}
