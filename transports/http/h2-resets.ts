import { constants, type Http2ServerRequest, type Http2Session } from "node:http2";

/** Streams that a client may reset within a second. A page that closes an event stream, or is left, resets a few. */
export const RESETS_A_SECOND = 100;
const SECOND_MS = 1_000;

/**
 * Ends a connection whose client resets streams faster than anybody would who means to read their answers (rapid reset, CVE-2023-44487): each
 * costs the server more than the client, and none counts among the streams that a connection may have open.
 */
export class H2Resets {
  readonly #seconds = new WeakMap<Http2Session, { resets: number; endsAt: number }>();

  /** Looks how the request's stream ends. */
  watch({ stream }: Http2ServerRequest): void {
    const { session } = stream;
    if (session)
      stream.once("close", () => stream.rstCode === constants.NGHTTP2_NO_ERROR || this.#count(session));
  }

  #count(session: Http2Session): void {
    const now = performance.now();
    let second = this.#seconds.get(session);
    if (!second || now >= second.endsAt) {
      second = { resets: 0, endsAt: now + SECOND_MS };
      this.#seconds.set(session, second);
    }
    second.resets += 1;
    if (second.resets > RESETS_A_SECOND && !session.destroyed)
      session.destroy(
        new Error("streams are reset faster than they can be answered"),
        constants.NGHTTP2_ENHANCE_YOUR_CALM,
      );
  }
}
