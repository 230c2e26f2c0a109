import { Socket } from "node:net";
import { type Duplex, Readable } from "node:stream";
import { nowUs } from "../measurement/clock.ts";
import { http2StreamPrototype } from "./http2-streams.ts";

/** The last time that this process read, and from what. */
export const lastRead: { us: number; stream: object | undefined } = { us: 0, stream: undefined };

/** Gets all that is read; what it takes goes no further, so that no library sees it. */
export type Reader = (stream: object, chunk: Buffer) => boolean;

let reader: Reader | undefined;
let hooked = false;

/** From now on the clock is read whenever this process reads from a socket. An HTTP/2 stream gets its part when its session has been taken apart. */
export function watchReads(): void {
  if (hooked) return;
  hooked = true;
  hook(Socket.prototype);
  hook(http2StreamPrototype());
}

/** Has all that is read go to this reader first; undefined for none. */
export function readThrough(other: Reader | undefined): void {
  if (other) watchReads();
  reader = other;
}

const lastSent = new WeakMap<object, string>();
let remembers = false;

/** From now on it is remembered of each socket what was last written to it. */
export function rememberWrites(): void {
  if (remembers) return;
  remembers = true;
  const { _write: write } = Socket.prototype;
  Socket.prototype._write = function (this: Socket, chunk: unknown, encoding, callback) {
    lastSent.set(this, Buffer.isBuffer(chunk) ? chunk.toString("latin1") : String(chunk));
    write.call(this, chunk, encoding, callback);
  };
}

/** In Latin-1; empty where nothing was written since then. */
export function lastSentOn(stream: object): string {
  return lastSent.get(stream) ?? "";
}

function hook(prototype: Duplex): void {
  const { push } = Readable.prototype;
  prototype.push = function (this: Duplex, chunk: unknown, encoding?: BufferEncoding) {
    if (chunk !== null) {
      lastRead.us = nowUs();
      lastRead.stream = this;
      // True asks for more, as if it had been read.
      if (reader && Buffer.isBuffer(chunk) && reader(this, chunk)) return true;
    }
    return push.call(this, chunk, encoding);
  };
}
