import type { Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { type ConnectionLimits, Connections } from "../limits/connections.ts";

/** Requests of one connection that may wait behind another's answer (RFC 9112, 9.3.2); its client reads nothing meanwhile. */
const MAX_QUEUED = 64;

/**
 * The connections of one HTTP server, each of which carries requests of any number of sessions. One that has shown a token or a session
 * that holds may stay; one that has not, or whose last was refused, has the time of a connection without a session.
 */
export class HttpConnections {
  readonly #connections: Connections;
  readonly #trusted = new WeakSet<Socket>();
  readonly #latest = new WeakMap<Socket, ServerResponse>();
  readonly #queued = new WeakMap<Socket, number>();

  constructor(server: Server, limits: ConnectionLimits) {
    this.#connections = new Connections(server, limits);
  }

  /** A request of the connection was accepted. If earlier answers have not been read, that gains no time. */
  trust(socket: Socket): void {
    if (this.#trusted.has(socket) || socket.writableLength > 0) return;
    this.#trusted.add(socket);
    this.#connections.admit(socket);
  }

  /** A request of the connection showed a token or session that does not hold (any more), or the session that it served is over. */
  distrust(socket: Socket): void {
    if (this.#trusted.delete(socket)) this.#connections.release(socket);
  }

  /** Takes note of a request; false when too many wait behind another's answer, and the connection is to be ended. */
  mayAsk(socket: Socket, response: ServerResponse): boolean {
    this.#latest.set(socket, response);
    // The answer has its socket once those before it are out.
    if (response.socket) return true;
    const queued = (this.#queued.get(socket) ?? 0) + 1;
    this.#queued.set(socket, queued);
    response.once("close", () => this.#queued.set(socket, (this.#queued.get(socket) ?? 1) - 1));
    return queued <= MAX_QUEUED;
  }

  /** Whether answers are under way on the connection, so that nothing may be written into them. */
  answering(socket: Socket): boolean {
    const response = this.#latest.get(socket);
    if (!response || response.writableFinished) return false;
    return response.headersSent || !response.socket;
  }
}
