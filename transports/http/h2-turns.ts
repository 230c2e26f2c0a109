import type { Http2ServerRequest, Http2Session, ServerHttp2Stream } from "node:http2";

/** Requests of one connection that are handled in one turn of the event loop: who sends fifty a second beside a flood does not fall behind. */
export const REQUESTS_A_TURN = 8;

interface Turn {
  handled: number;
  /** As many as the connection may have open at the most: what is reset leaves. */
  readonly waiting: Map<ServerHttp2Stream, () => void>;
}

/**
 * Handles the requests of each HTTP/2 connection some a turn of the event loop: a client that sends a thousand in one packet, or resets them
 * as fast as it opens them (CVE-2023-44487), waits for its own, and nobody else does. What is reset before its turn is never handled.
 */
export class H2Turns {
  readonly #turns = new WeakMap<Http2Session, Turn>();

  /** Handles a request in its turn. */
  take({ stream }: Http2ServerRequest, handle: () => void): void {
    const { session } = stream;
    if (!session) return; // gone already
    const turn = this.#turns.get(session) ?? this.#begin(session);
    if (turn.handled < REQUESTS_A_TURN) {
      turn.handled += 1;
      handle();
      return;
    }
    turn.waiting.set(stream, handle);
    stream.once("close", () => turn.waiting.delete(stream));
  }

  #begin(session: Http2Session): Turn {
    const turn: Turn = { handled: 0, waiting: new Map() };
    this.#turns.set(session, turn);
    setImmediate(() => this.#next(session, turn));
    return turn;
  }

  #next(session: Http2Session, turn: Turn): void {
    if (session.destroyed || turn.waiting.size === 0) {
      this.#turns.delete(session);
      return;
    }
    setImmediate(() => this.#next(session, turn));
    turn.handled = 0;
    for (const [stream, handle] of turn.waiting) {
      turn.waiting.delete(stream);
      if (stream.destroyed) continue;
      turn.handled += 1;
      handle();
      if (turn.handled === REQUESTS_A_TURN) return;
    }
  }
}
