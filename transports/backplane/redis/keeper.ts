import type { LabError } from "../../../core/errors.ts";
import { connectError, unavailable } from "./errors.ts";
import type { Link } from "./link.ts";

const FIRST_RETRY_MS = 50;
const LONGEST_RETRY_MS = 2_000;

export interface Keeping {
  /** Opens a connection and makes it ready; rejects when that fails, and then leaves nothing open. */
  open(): Promise<Link>;
  /** Called as soon as one stands, in the tick in which open() has settled at the latest. */
  up(link: Link): void;
  /** Called when the one that stood is lost, and after each vain attempt at another. */
  down(reason: LabError): void;
}

/** Keeps one connection: when it is lost another is opened, after a pause that grows, for as long as it takes. */
export class Keeper {
  readonly #keeping: Keeping;
  #link: Link | undefined;
  #retryMs = FIRST_RETRY_MS;
  #retry: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(keeping: Keeping) {
    this.#keeping = keeping;
  }

  /** The connection that stands. */
  get link(): Link | undefined {
    return this.#link;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Settles when the first connection stands. */
  async start(): Promise<void> {
    await this.#keeping.open();
  }

  /** Takes the connection that open() has made ready, while nothing can have come on it yet that was not seen. */
  stands(link: Link): void {
    this.#link = link;
    this.#retryMs = FIRST_RETRY_MS;
    link.onLost = () => this.drop(link, unavailable("the connection to Redis is lost"));
    this.#keeping.up(link);
  }

  /** Gives up a connection, and looks for another; in vain for one that is not the one. */
  drop(link: Link, reason: LabError): void {
    if (this.#link !== link) return;
    this.#link = undefined;
    link.onMessage = () => undefined;
    link.onLost = () => undefined;
    link.destroy();
    if (this.#closed) return;
    this.#keeping.down(reason);
    this.#retryLater();
  }

  /** Idempotent; the connection is left to the caller. */
  close(): Link | undefined {
    this.#closed = true;
    clearTimeout(this.#retry);
    const link = this.#link;
    this.#link = undefined;
    return link;
  }

  #retryLater(): void {
    const pause = this.#retryMs * (0.5 + Math.random());
    this.#retryMs = Math.min(2 * this.#retryMs, LONGEST_RETRY_MS);
    this.#retry = setTimeout(() => {
      this.#keeping.open().catch((error: unknown) => {
        if (this.#closed) return;
        this.#keeping.down(connectError(error));
        this.#retryLater();
      });
    }, pause);
  }
}
