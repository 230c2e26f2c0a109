import type { Socket } from "node:net";
import type { Connection, Opened } from "../conversing/port.ts";
import { FrameReader } from "./framing.ts";

/** Carries frames over a socket until it closes; each may have at most `maxBytes`. */
export function carryFrames(socket: Socket, maxBytes: number, opened: Opened<Buffer>): void {
  const receiver = opened(new SocketConnection(socket));
  const reader = new FrameReader(maxBytes, receiver.message);
  socket.on("data", (chunk) => {
    receiver.alive();
    try {
      reader.push(chunk);
    } catch (error) {
      socket.removeAllListeners("data").resume();
      receiver.failed(error);
    }
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
