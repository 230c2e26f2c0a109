import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";

/** Requests of one connection that may wait behind another's answer (RFC 9112, 9.3.2); its client reads nothing meanwhile. */
const MAX_WAITING = 64;

interface Turn {
  readonly overTls: boolean;
  /** The latest response that was begun. */
  latest: ServerResponse | undefined;
  /** What the connection was marked with when that was. */
  mark: number;
  readonly waiting: (() => void)[];
}

/** Kept at the connection itself: every request asks for it. */
const TURN = Symbol("turn");
type Taken = Socket & { [TURN]?: Turn };

/**
 * Handles the requests of each connection one after the other, and one a turn of the event loop: a client that pipelines hundreds of them
 * waits for its own, and nobody else does. Node's parser alone would hand over all that one read brought at once, and those that are answered
 * at once would be over before the next one is parsed.
 */
export class Turns {
  #now = 0;
  #isCounting = false;

  /** Handles a request when those before it on its connection are answered; ends the connection when too many wait. */
  take({ socket }: IncomingMessage, response: ServerResponse, handle: () => void): void {
    const turn = this.#turnOf(socket);
    const mark = this.#markOf(socket, turn);
    if (!turn.latest && turn.mark !== mark) this.#begin(socket, turn, mark, response, handle);
    else if (turn.waiting.length >= MAX_WAITING) overwhelmed(socket);
    else {
      turn.waiting.push(() => this.#begin(socket, turn, this.#markOf(socket, turn), response, handle));
      if (!turn.latest) this.#goOn(socket, turn, response);
    }
  }

  /** Whether answers are under way on the connection, so that nothing may be written into them. */
  answering(socket: Taken): boolean {
    const turn = socket[TURN];
    if (!turn?.latest) return false;
    return turn.latest.headersSent || turn.waiting.length > 0;
  }

  #turnOf(socket: Taken): Turn {
    socket[TURN] ??= { overTls: socket instanceof TLSSocket, latest: undefined, mark: -1, waiting: [] };
    return socket[TURN];
  }

  #begin(socket: Socket, turn: Turn, mark: number, response: ServerResponse, handle: () => void): void {
    turn.latest = response;
    turn.mark = mark;
    handle();
    const over = () => {
      turn.latest = undefined;
      this.#goOn(socket, turn, response);
    };
    // Most are answered by now, and the kernel has it all: a listener for each of them would cost more than this whole class.
    if (response.closed || (response.writableEnded && response.writableLength === 0)) over();
    else response.once("close", over);
  }

  /** The next that waits, in the next turn. */
  #goOn(socket: Socket, turn: Turn, response: ServerResponse): void {
    const next = turn.waiting.shift();
    if (!next || socket.destroyed) return;
    // Nothing that comes meanwhile may overtake it.
    turn.latest = response;
    setImmediate(() => {
      if (socket.destroyed) turn.waiting.length = 0;
      else next();
    });
  }

  /**
   * The same for all that one read brings. libuv reads a connection once a turn unless 64 KiB were there, so that what it has read tells turns apart;
   * one read of TLS brings many records, each of which counts by itself.
   */
  #markOf(socket: Socket, { overTls }: Turn): number {
    return overTls ? this.#turnOfLoop() : socket.bytesRead;
  }

  /** Counted only while somebody asks, since the loop does not sleep in a turn that has an immediate. */
  #turnOfLoop(): number {
    if (!this.#isCounting) {
      this.#isCounting = true;
      setImmediate(() => {
        this.#now += 1;
        this.#isCounting = false;
      });
    }
    return this.#now;
  }
}

/**
 * Ends a connection with hundreds of parsed requests. Node.js makes an error for each of them when the socket closes; with their stack
 * traces that takes longer than to parse them.
 */
function overwhelmed(socket: Socket): void {
  if (socket.destroyed) return;
  const { stackTraceLimit } = Error;
  socket.prependOnceListener("close", () => {
    Error.stackTraceLimit = 0;
  });
  socket.once("close", () => {
    Error.stackTraceLimit = stackTraceLimit;
  });
  socket.destroy();
}
