import type { LabError } from "../../../core/errors.ts";
import { judge, unavailable } from "./errors.ts";
import type { Link } from "./link.ts";
import { PATIENCE_MS } from "./tasks.ts";

/** How often it is looked whether Redis answers. */
const BEAT_MS = 1_000;

interface Beating {
  /** The connection that stands, asked for once a second. */
  readonly link: () => Link | undefined;
  /** Asks Redis something on it. */
  readonly ask: (link: Link) => Promise<void>;
  /** Told of a connection on which Redis does not answer, or not as it should. */
  readonly dead: (link: Link, reason: LabError) => void;
}

/** Looks once a second whether Redis answers. */
export class Beat {
  readonly #beating: Beating;
  readonly #timer = setInterval(() => this.#beat(), BEAT_MS).unref();
  /** Since when an answer is awaited; 0 where none is. */
  #askedAt = 0;

  constructor(beating: Beating) {
    this.#beating = beating;
  }

  /** For a connection that is new, on which nothing has been asked. */
  begin(): void {
    this.#askedAt = 0;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #beat(): void {
    const { ask, dead } = this.#beating;
    const link = this.#beating.link();
    if (!link) return;
    const now = performance.now();
    if (this.#askedAt > 0) {
      const isMute = () => this.#askedAt > 0 && now - this.#askedAt > PATIENCE_MS;
      // When it was this process that stood still, the answer lies there and is read first.
      setImmediate(() => {
        if (isMute()) dead(link, unavailable("Redis does not answer"));
      });
      return;
    }
    this.#askedAt = now;
    ask(link).then(
      () => {
        this.#askedAt = 0;
      },
      (error: unknown) => dead(link, judge(error).error),
    );
  }
}
