import type { Server as HttpServer } from "node:http";
import type { Socket } from "node:net";
import { admittedOnce, type ConnectionLimits, Connections, MAX_ATTEMPTS } from "../limits/connections.ts";
import { WaitingRoom } from "../limits/waiting-room.ts";
import type { Connection } from "./backlog.ts";

interface Attending {
  sessions: number;
  /** CONNECT packets since the last that was let in. */
  attempts: number;
  /** What carries it: one under a WebSocket, one or more, and others later, under polling. */
  readonly sockets: Set<Socket>;
}

/**
 * Bounds how long an Engine.IO connection may stand without a session, before one and after it, how many such there are, and how often
 * one may ask in vain; and with them the sockets underneath, which may stay as long as what they carry has a session.
 */
export class Attendance {
  readonly #connections: Connections;
  /** A single request on the connection showed a token that holds. */
  readonly trust: (socket: Socket) => void;
  readonly #waiting: WaitingRoom<Connection>;
  readonly #attending = new WeakMap<Connection, Attending>();
  readonly #byId = new Map<string, Connection>();

  constructor(http: HttpServer, limits: ConnectionLimits) {
    this.#connections = new Connections(http, limits);
    this.trust = admittedOnce(this.#connections);
    const { handshakeTimeoutMs: timeoutMs, maxConnectionsPerAddress: places } = limits;
    // One socket can open any number of connections by polling.
    this.#waiting = new WaitingRoom({ timeoutMs, places }, end);
  }

  opened(conn: Connection): void {
    this.#attending.set(conn, { sessions: 0, attempts: 0, sockets: new Set() });
    this.#carried(conn, conn.request.socket);
    this.#waiting.enter(conn);
    const { sid } = conn.transport;
    this.#byId.set(sid, conn);
    conn.once("close", () => {
      this.#waiting.leave(conn);
      this.#byId.delete(sid);
    });
    // One after the other on the same socket, and none of them with a session.
    if (!this.#connections.attempt(conn.request.socket)) end(conn);
  }

  /** A request came that carries something for the connection with this id, if there is one. */
  requested(sid: string, socket: Socket): void {
    const conn = this.#byId.get(sid);
    if (conn) this.#carried(conn, socket);
  }

  #carried(conn: Connection, socket: Socket): void {
    const attending = this.#attending.get(conn);
    if (!attending || attending.sockets.has(socket)) return;
    for (const other of attending.sockets) if (other.destroyed) attending.sockets.delete(other);
    attending.sockets.add(socket);
    if (attending.sessions > 0) this.#connections.admit(socket);
  }

  /** A session is asked for; false when too many were in vain: the connection has been ended. */
  attempt(conn: Connection): boolean {
    const attending = this.#attending.get(conn);
    if (!attending) return false;
    attending.attempts += 1;
    if (attending.attempts <= MAX_ATTEMPTS) return true;
    end(conn);
    return false;
  }

  began(conn: Connection): void {
    const attending = this.#attending.get(conn);
    if (!attending) return;
    attending.attempts = 0;
    attending.sessions += 1;
    this.#waiting.leave(conn);
    if (attending.sessions > 1) return;
    for (const socket of attending.sockets) this.#connections.admit(socket);
  }

  /** The client has left the namespace, or the connection is gone. */
  ended(conn: Connection): void {
    const attending = this.#attending.get(conn);
    if (!attending) return;
    attending.sessions -= 1;
    if (attending.sessions > 0) return;
    for (const socket of attending.sockets) this.#connections.release(socket);
    if (conn.readyState === "open") this.#waiting.enter(conn);
  }

  /** Ends every socket that stands, and each that still comes. */
  endAll(): void {
    this.#connections.endAll();
  }
}

function end(conn: Connection): void {
  conn.close(true);
  // WebSocket's own close would wait for the peer.
  if (conn.transport.name === "websocket") conn.request.socket.destroy();
}
