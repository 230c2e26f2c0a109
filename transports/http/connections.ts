import type { Server } from "node:http";
import type { Socket } from "node:net";
import { type ConnectionLimits, Connections } from "../limits/connections.ts";

/** Kept at the connection itself: every request asks for it. */
const TRUSTED = Symbol("trusted");
type Known = Socket & { [TRUSTED]?: boolean };

/**
 * The connections of one HTTP server, each of which carries requests of any number of sessions. One that has shown a token or a session
 * that holds may stay; one that has not, or whose last was refused, has the time of a connection without a session.
 */
export class HttpConnections {
  readonly #connections: Connections;

  constructor(server: Server, limits: ConnectionLimits) {
    this.#connections = new Connections(server, limits);
  }

  /** A request of the connection was accepted. If earlier answers have not been read, that gains no time. */
  trust(socket: Known): void {
    if (socket[TRUSTED] || socket.writableLength > 0) return;
    socket[TRUSTED] = true;
    this.#connections.admit(socket);
  }

  /** A request of the connection showed a token or session that does not hold (any more), or the session that it served is over. */
  distrust(socket: Known): void {
    if (!socket[TRUSTED]) return;
    socket[TRUSTED] = false;
    this.#connections.release(socket);
  }
}
