import type { Socket } from "node:net";
import { Duplex } from "node:stream";
import * as ws from "ws";
import { takeNothingAfterFailure } from "../limits/failed-receiver.ts";

takeNothingAfterFailure(ws);
type WebSocket = ws.WebSocket;

/** MQTT 3.1.1, 6: the name that client and server agree on (MQTT-6.0.0-3, MQTT-6.0.0-4). */
export const SUBPROTOCOL = "mqtt";

/** What was read and nobody has asked for; beyond it no more is read. */
const UNREAD_BYTES = 16 * 1024;

interface StreamOptions {
  /** Bytes that may wait before write() says no. */
  readonly writableHighWaterMark?: number;
  /** Of the server: the socket below, whose address and port name the connection. */
  readonly below?: Socket;
}

/**
 * The binary messages of a WebSocket as one stream of bytes, as MQTT reads and writes them (MQTT 3.1.1, 6). What is written together is sent as
 * one message; ws's own createWebSocketStream() would make one of each field of a packet. `writableLength` is what has not left this process.
 */
export class WebSocketStream extends Duplex {
  readonly #socket: WebSocket;
  readonly #below: Socket | undefined;
  #sent = 0;
  #rests = false;

  constructor(socket: WebSocket, { writableHighWaterMark, below }: StreamOptions = {}) {
    super({
      // As a socket's: what the other side has ended is over on this side too.
      allowHalfOpen: false,
      readableHighWaterMark: UNREAD_BYTES,
      ...(writableHighWaterMark === undefined ? {} : { writableHighWaterMark }),
    });
    this.#socket = socket;
    this.#below = below;
    socket.on("message", (data, isBinary) => {
      // MQTT-6.0.0-1: who gets another kind of message closes the connection.
      if (!isBinary || !Buffer.isBuffer(data)) this.destroy(new Error("MQTT comes in binary messages"));
      else if (data.length === 0) this.#restForATurn();
      else if (!this.push(data)) socket.pause();
    });
    socket.on("error", (error) => this.destroy(error));
    socket.once("close", () => this.push(null));
  }

  get remoteAddress(): string | undefined {
    return this.#below?.remoteAddress;
  }

  get remotePort(): number | undefined {
    return this.#below?.remotePort;
  }

  /** As a socket's: what was written, whether it has gone out or still waits. */
  get bytesWritten(): number {
    return this.#sent + this.writableLength;
  }

  override _read(): void {
    if (this.#socket.isPaused && !this.#rests) this.#socket.resume();
  }

  /** Messages without content fill no buffer, so that nothing else would keep who sends them by thousands from taking all the time. */
  #restForATurn(): void {
    if (this.#rests) return;
    this.#rests = true;
    this.#socket.pause();
    setImmediate(() => {
      this.#rests = false;
      if (this.readableLength < this.readableHighWaterMark) this.#socket.resume();
    });
  }

  override _write(chunk: Buffer, _: BufferEncoding, done: () => void): void {
    this.#send(chunk, done);
  }

  override _writev(chunks: readonly { readonly chunk: Buffer }[], done: () => void): void {
    this.#send(Buffer.concat(chunks.map(({ chunk }) => chunk)), done);
  }

  override _final(done: () => void): void {
    this.#socket.close(1000);
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#socket.terminate();
    done(error);
  }

  #send(bytes: Buffer, done: () => void): void {
    if (bytes.length === 0) {
      done();
      return;
    }
    if (this.#socket.readyState === ws.WebSocket.CONNECTING) {
      this.#socket.once("open", () => this.#send(bytes, done));
      return;
    }
    // What can't be sent any more is dropped: what has come from who has ended its side is still to be read. ws would make an error of each.
    if (this.#socket.readyState !== ws.WebSocket.OPEN) {
      this.#sent += bytes.length;
      done();
      return;
    }
    this.#socket.send(bytes, () => {
      this.#sent += bytes.length;
      done();
    });
  }
}
