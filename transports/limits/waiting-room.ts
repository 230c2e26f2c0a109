export interface WaitingRoomLimits {
  /** How long one may wait, whatever it sends meanwhile. */
  readonly timeoutMs: number;
  /** How many may wait at once. */
  readonly places: number;
}

/**
 * Connections that have no session yet. Each is ended when its time is over; when all places are taken, the one that has
 * waited longest makes room for the next, so that a client that sends its token at once gets in although others only wait.
 */
export class WaitingRoom<Connection> {
  readonly #limits: WaitingRoomLimits;
  readonly #end: (connection: Connection) => void;
  /** In the order in which they came. */
  readonly #timers = new Map<Connection, NodeJS.Timeout>();

  /** `end` must not throw. */
  constructor(limits: WaitingRoomLimits, end: (connection: Connection) => void) {
    this.#limits = limits;
    this.#end = end;
  }

  enter(connection: Connection): void {
    const { timeoutMs, places } = this.#limits;
    for (const longest of this.#timers.keys()) {
      if (this.#timers.size < places) break;
      this.#evict(longest);
    }
    this.#timers.set(
      connection,
      setTimeout(() => this.#evict(connection), timeoutMs),
    );
  }

  /** It has a session, or is gone. */
  leave(connection: Connection): void {
    clearTimeout(this.#timers.get(connection));
    this.#timers.delete(connection);
  }

  #evict(connection: Connection): void {
    this.leave(connection);
    this.#end(connection);
  }
}
