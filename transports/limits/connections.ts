import type { Server, Socket } from "node:net";
import { networkOf } from "./network.ts";
import { createProxies, type Proxies } from "./proxies.ts";

export interface ConnectionLimits {
  /** How long a connection may stand without a session, whatever it sends meanwhile; Infinity where something else watches that. */
  readonly handshakeTimeoutMs: number;
  /** Connections open at once from one remote address. */
  readonly maxConnectionsPerAddress: number;
  /** To whom that does not apply. Default: it applies to everybody. */
  readonly trustedProxies?: readonly string[];
  /** Told of each connection beyond that; must not throw. */
  readonly onRefused?: (reason: "address-limit") => void;
}

/** What identifies a connection: the raw socket and the TLS or HTTP/2 socket over it name the same one. */
export type Remote = Pick<Socket, "remoteAddress" | "remotePort">;

/** So often a connection may ask for a session in vain before it is ended; a client asks once, and opens another connection to ask again. */
export const MAX_ATTEMPTS = 64;

interface Waiting {
  readonly socket: Socket;
  sessions: number;
  /** Sessions that were asked for since the last one began. */
  attempts: number;
  timer: NodeJS.Timeout | undefined;
}

/**
 * Watches the connections of one listener: refuses those beyond the bound of an address, and ends those on which no session has begun
 * within the time. A connection whose last session has ended is given that time once more.
 */
export class Connections {
  readonly #limits: ConnectionLimits;
  readonly #byRemote = new Map<string, Waiting>();
  readonly #perAddress = new Map<string, number>();
  readonly #proxies: Proxies | undefined;
  #ended = false;

  constructor(server: Server, limits: ConnectionLimits) {
    this.#limits = limits;
    const { trustedProxies = [] } = limits;
    this.#proxies = trustedProxies.length > 0 ? createProxies(trustedProxies) : undefined;
    server.on("connection", this.#opened);
  }

  /** Connections that stand now. */
  get size(): number {
    return this.#byRemote.size;
  }

  /** A session is asked for on the connection. False when too many were asked for in vain: the connection is ended, and no answer needed. */
  attempt(remote: Remote): boolean {
    const connection = this.#byRemote.get(nameOf(remote));
    if (!connection || connection.socket.destroyed) return false;
    connection.attempts += 1;
    if (connection.attempts <= MAX_ATTEMPTS) return true;
    connection.socket.destroy();
    return false;
  }

  /** A session begins on the connection. */
  admit(remote: Remote): void {
    const connection = this.#byRemote.get(nameOf(remote));
    if (!connection) return;
    connection.sessions += 1;
    connection.attempts = 0;
    clearTimeout(connection.timer);
    connection.timer = undefined;
  }

  /** A session on the connection has ended; the connection may stand on. */
  release(remote: Remote): void {
    const connection = this.#byRemote.get(nameOf(remote));
    if (!connection) return;
    connection.sessions = Math.max(0, connection.sessions - 1);
    if (connection.sessions === 0 && !connection.timer) this.#await(connection);
  }

  /** Ends the connection at once, with all sessions on it. */
  cut(remote: Remote): void {
    this.#byRemote.get(nameOf(remote))?.socket.destroy();
  }

  /** Ends every connection that stands, and each that still comes: the server is closing. */
  endAll(): void {
    this.#ended = true;
    for (const { socket } of this.#byRemote.values()) socket.destroy();
  }

  readonly #opened = (socket: Socket): void => {
    const address = networkOf(socket.remoteAddress ?? "");
    const open = this.#perAddress.get(address) ?? 0;
    const isBeyond =
      open >= this.#limits.maxConnectionsPerAddress && !this.#proxies?.includes(socket.remoteAddress);
    if (this.#ended || isBeyond) {
      socket.destroy();
      if (!this.#ended) this.#limits.onRefused?.("address-limit");
      return;
    }
    this.#perAddress.set(address, open + 1);
    const name = nameOf(socket);
    const connection: Waiting = { socket, sessions: 0, attempts: 0, timer: undefined };
    this.#byRemote.set(name, connection);
    this.#await(connection);
    socket.once("close", () => {
      clearTimeout(connection.timer);
      if (this.#byRemote.get(name) === connection) this.#byRemote.delete(name);
      const left = (this.#perAddress.get(address) ?? 0) - 1;
      if (left > 0) this.#perAddress.set(address, left);
      else this.#perAddress.delete(address);
    });
  };

  #await(connection: Waiting): void {
    const { handshakeTimeoutMs } = this.#limits;
    if (handshakeTimeoutMs === Number.POSITIVE_INFINITY) return;
    connection.timer = setTimeout(() => connection.socket.destroy(), handshakeTimeoutMs);
  }
}

/** Admits each connection for as long as it stands; for single requests that show a token, on connections which Node.js ends when they are idle. */
export function admittedOnce(connections: Connections): (socket: Socket) => void {
  const admitted = new WeakSet<Socket>();
  return (socket) => {
    if (admitted.has(socket)) return;
    admitted.add(socket);
    connections.admit(socket);
  };
}

function nameOf({ remoteAddress, remotePort }: Remote): string {
  return `${remoteAddress}:${remotePort}`;
}
