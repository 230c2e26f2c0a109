import { Socket } from "node:net";
import type { Duplex } from "node:stream";
import * as ws from "ws";
import type { LabError } from "../../core/errors.ts";
import type { Connection, Receiver } from "../conversing/port.ts";
import { takeNothingAfterFailure } from "../limits/failed-receiver.ts";
import { CLOSE, closeCode } from "./close.ts";

takeNothingAfterFailure(ws);
const { WebSocket } = ws;
type WebSocket = ws.WebSocket;

/* A connection of ws, on both ends alike. */

/**
 * As the documentation of ws has a broadcast: one send() a client, of a payload encoded once. ws frames it for each client anew; its
 * Sender.frame(), which would frame it once, is in neither its documentation nor its types.
 */
export class WebSocketConnection implements Connection<Buffer> {
  protected readonly socket: WebSocket;
  readonly #options: { readonly binary: boolean };

  constructor(socket: WebSocket, binary: boolean) {
    this.socket = socket;
    this.#options = { binary };
  }

  send(payload: Buffer): void {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(payload, this.#options);
  }

  bufferedBytes(): number {
    return this.socket.bufferedAmount;
  }

  ping(): void {
    this.socket.ping();
  }

  end(): void {
    this.socket.close(CLOSE.normal);
  }

  close(reason: LabError): void {
    this.socket.close(closeCode(reason), reason.code);
  }

  destroy(): void {
    this.socket.terminate();
  }
}

/**
 * Past the library: a frame of encodeFrame(), made once for all subscribers, is written to the socket under ws in one piece. That holds only
 * without compression, when nothing of ws's own waits its turn there.
 */
export class RawConnection extends WebSocketConnection {
  readonly #stream: Duplex;

  constructor(socket: WebSocket, binary: boolean, stream: Duplex) {
    super(socket, binary);
    this.#stream = stream;
  }

  override send(frame: Buffer): void {
    if (this.socket.readyState === WebSocket.OPEN) this.#stream.write(frame);
  }
}

/** Reports all that comes: texts as strings, binary messages as bytes. What the library objects to is reported as `failed` has it. */
export function report(socket: WebSocket, receiver: Receiver, failed: (error: Error) => unknown): void {
  socket.on("message", (data, isBinary) => {
    if (Buffer.isBuffer(data)) receiver.message(isBinary ? data : data.toString());
  });
  socket.on("ping", receiver.alive);
  socket.on("pong", receiver.alive);
  socket.on("error", (error) => receiver.failed(failed(error)));
}

/** ws sets TCP_NODELAY on every connection; this takes it back. */
export function waitForAcknowledgements(stream: Duplex): void {
  if (stream instanceof Socket) stream.setNoDelay(false);
}
