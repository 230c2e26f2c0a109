import type { Duplex } from "node:stream";
import * as ws from "ws";
import { type ErrorCode, isErrorCode, LabError } from "../../core/errors.ts";
import type { Connection, Receiver } from "../conversing/port.ts";
import { takeNothingAfterFailure } from "../limits/failed-receiver.ts";

takeNothingAfterFailure(ws);
const { WebSocket } = ws;
type WebSocket = ws.WebSocket;

/*
 * A connection of ws, on both ends alike. The reason in a close frame (RFC 6455, 7.1.6) is the error's code, in the words of
 * docs/errors.md; the close code beside it is for clients that look no further.
 */

/** Of the IANA registry of WebSocket close codes, but for 4401 of the private range. */
export const CLOSE = {
  normal: 1000,
  goingAway: 1001,
  refused: 1008,
  internal: 1011,
  tryAgainLater: 1013,
  tokenExpired: 4401,
} as const;

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

  close({ code }: LabError): void {
    this.socket.close(closeCode(code), code);
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

/** What a connection was closed for, as its client sees it. */
export function closeError(closeCode: number, reason: Buffer): LabError {
  const code = reason.toString();
  return new LabError(isErrorCode(code) ? code : "closed", `the server closed the connection (${closeCode})`);
}

function closeCode(code: ErrorCode): number {
  if (code === "unauthenticated") return CLOSE.tokenExpired;
  if (code === "closed") return CLOSE.goingAway;
  if (code === "slow_consumer" || code === "unavailable") return CLOSE.tryAgainLater;
  return code === "internal" ? CLOSE.internal : CLOSE.refused;
}
