import { LabError } from "../../core/errors.ts";
import type { ClientConnection, ConnectionEvents } from "./reconnecting-client.ts";

/** Who waits for a connection: it stands, or it was refused. */
export interface Opening {
  readonly opened: (connection: ClientConnection) => void;
  readonly refused: (reason: LabError) => void;
}

/** One connection from its opening to its end, which is told once, to who waits for it or to who has it. */
export class Lifecycle {
  readonly #opening: Opening;
  readonly #events: Pick<ConnectionEvents, "down">;
  readonly #release: (reason: LabError) => Promise<unknown>;
  #stands = false;
  #ended: Promise<void> | undefined;
  #disarm: () => void = () => undefined;

  /** `release` is called once, at the end, and settles when nothing of the connection is left open; it must not reject. */
  constructor(
    opening: Opening,
    events: Pick<ConnectionEvents, "down">,
    release: (reason: LabError) => Promise<unknown>,
  ) {
    this.#opening = opening;
    this.#events = events;
    this.#release = release;
  }

  /** It has ended, or is about to. */
  get over(): boolean {
    return this.#ended !== undefined;
  }

  /** Until it stands, the signal ends it. False when it has done so already, and nothing is to be opened. */
  begin(signal: AbortSignal): boolean {
    const abort = () => void this.end(LabError.from(signal.reason));
    if (signal.aborted) {
      abort();
      return false;
    }
    signal.addEventListener("abort", abort, { once: true });
    this.#disarm = () => signal.removeEventListener("abort", abort);
    return true;
  }

  stands(connection: ClientConnection): void {
    this.#disarm();
    this.#stands = true;
    this.#opening.opened(connection);
  }

  /** Idempotent; settles when nothing is left open. */
  end(reason: LabError): Promise<void> {
    this.#ended ??= this.#end(reason);
    return this.#ended;
  }

  async #end(reason: LabError): Promise<void> {
    this.#disarm();
    await this.#release(reason);
    if (this.#stands) this.#events.down(reason);
    else this.#opening.refused(reason);
  }
}
