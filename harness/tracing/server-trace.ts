import { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { Notification } from "../../core/notification.ts";
import { decodeHeader } from "../measurement/body.ts";
import { nowUs } from "../measurement/clock.ts";
import { isTraced, traceKey } from "./chosen.ts";
import { Connections, remoteAddress } from "./connection-of.ts";
import { http2StreamPrototype } from "./http2-streams.ts";

/** What a server saw of the traced publishes; all times by the monotonic clock. Columns, since they travel between processes. */
export interface ServerTrace {
  readonly keys: Float64Array;
  readonly acceptedUs: Float64Array;
  /** Every write to a connection while traced publishes were on their way. */
  readonly connections: Uint32Array;
  readonly writtenUs: Float64Array;
  /** Of the connections, by number. */
  readonly addresses: readonly string[];
}

/** Writes are recorded for so long after a traced publish at the most; or until so many have come, acknowledgements and others among them. */
const MOST_US = 250_000;
const writesFor = (subscribers: number) => 2 * subscribers + 16;
const MOST_WRITES = 100_000;

let current: Recording | undefined;

/** Begins to trace one in `every` publishes that the hubs of this process accept; 0 for none. */
export function traceServer(every: number): void {
  if (every === 0) {
    current = undefined;
    return;
  }
  if (!hooked) hook();
  current ??= new Recording();
  current.every = every;
}

/** To be told of every notification that a hub accepts, before it is handed to so many subscribers. */
export function accepted({ body }: Notification, subscribers: number): void {
  current?.accept(body, subscribers);
}

/** What was recorded since the last time. */
export function takeServerTrace(): ServerTrace | undefined {
  return current?.take();
}

class Recording {
  every = 0;
  #connections = new Connections(remoteAddress);
  #keys: number[] = [];
  #acceptedUs: number[] = [];
  #numbers: number[] = [];
  #writtenUs: number[] = [];
  /** Whether writes are recorded now. */
  active = false;
  #sinceUs = 0;
  #awaited = 0;

  accept(body: string, subscribers: number): void {
    const header = decodeHeader(body);
    if (!header || !isTraced(header, this.every) || this.#numbers.length >= MOST_WRITES) return;
    const acceptedUs = nowUs();
    this.#keys.push(traceKey(header));
    this.#acceptedUs.push(acceptedUs);
    this.#awaited = writesFor(subscribers) + (this.active ? Math.max(0, this.#awaited) : 0);
    this.#sinceUs = acceptedUs;
    this.active = true;
  }

  written(stream: object): void {
    const atUs = nowUs();
    const number = this.#connections.numberOf(stream);
    if (number === undefined) return;
    this.#numbers.push(number);
    this.#writtenUs.push(atUs);
    this.#awaited -= 1;
    if (this.#awaited <= 0 || atUs - this.#sinceUs > MOST_US) this.active = false;
  }

  take(): ServerTrace {
    const taken = {
      keys: Float64Array.from(this.#keys),
      acceptedUs: Float64Array.from(this.#acceptedUs),
      connections: Uint32Array.from(this.#numbers),
      writtenUs: Float64Array.from(this.#writtenUs),
      addresses: [...this.#connections.addresses],
    };
    this.#keys = [];
    this.#acceptedUs = [];
    this.#numbers = [];
    this.#writtenUs = [];
    this.active = false;
    return taken;
  }
}

let hooked = false;

/**
 * Has every write of this process looked at when the system call behind it has returned. A socket (of TLS too) writes before its own
 * function returns; an HTTP/2 session writes for its streams later, and each is called back right after its session has written.
 */
function hook(): void {
  hooked = true;
  hookSockets(Socket.prototype);
  hookStreams(http2StreamPrototype());
}

function hookSockets(prototype: Socket): void {
  const { _write: write, _writev: writev } = prototype;
  prototype._write = function (this: Socket, chunk, encoding, callback) {
    write.call(this, chunk, encoding, callback);
    if (current?.active) current.written(this);
  };
  if (!writev) return;
  prototype._writev = function (this: Socket, chunks, callback) {
    writev.call(this, chunks, callback);
    if (current?.active) current.written(this);
  };
}

function hookStreams(prototype: Duplex): void {
  const { _write: write, _writev: writev } = prototype;
  prototype._write = function (this: Duplex, chunk, encoding, callback) {
    write.call(this, chunk, encoding, current?.active ? thenNoted(this, callback) : callback);
  };
  if (!writev) return;
  prototype._writev = function (this: Duplex, chunks, callback) {
    writev.call(this, chunks, current?.active ? thenNoted(this, callback) : callback);
  };
}

function thenNoted(stream: Duplex, callback: (error?: Error | null) => void) {
  return (error?: Error | null) => {
    if (current?.active) current.written(stream);
    callback(error);
  };
}
