import type { ServerDuplexStream } from "@grpc/grpc-js";
import type { LabError } from "../../core/errors.ts";
import type { ClientMessage } from "./generated/messages.ts";
import { toStatus } from "./status.ts";

export type Call = ServerDuplexStream<ClientMessage, Buffer>;

export interface OutboxOptions {
  /** Whether so many bytes may wait. */
  readonly mayWait: (bytes: number) => boolean;
  readonly maxBufferedBytes: number;
  /** More than that would be waiting; called once at most, since end() is expected in it. */
  readonly onOverflow: () => void;
  /** Cuts the connection under the call. */
  readonly cut: () => void;
}

/** How long an ended call may take to flush before it is cut: a peer that does not read never takes its status. */
const GRACE_MS = 500;

/** What grpc-js is handed at most before all of it must have gone out: enough for a busy stream, too little to matter. */
const MAX_HANDED_BYTES = 16 * 1024;

/**
 * The way out to one client. grpc-js takes any number of messages, tells only their count, and sends a status behind them
 * all; so it is handed little at a time, and the rest waits here, counted in bytes and free to be discarded.
 */
export class Outbox {
  readonly #call: Call;
  readonly #options: OutboxOptions;
  #handedBytes = 0;
  #blocked = false;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #ended = false;
  #grace: NodeJS.Timeout | undefined;

  constructor(call: Call, options: OutboxOptions) {
    this.#call = call;
    this.#options = options;
    // Despite its name it comes after every end of a call.
    call.once("cancelled", () => {
      this.#finish();
      clearTimeout(this.#grace);
    });
  }

  /** What waits here. */
  get heldBytes(): number {
    return this.#waitingBytes;
  }

  get maxBufferedBytes(): number {
    return this.#options.maxBufferedBytes;
  }

  /** Sends it, or lets it wait. Does nothing once ended. */
  send(message: Buffer): void {
    if (this.#ended) return;
    if (!this.#blocked) {
      this.#hand(message);
      return;
    }
    this.#waitingBytes += message.length;
    if (!this.#options.mayWait(this.#waitingBytes)) this.#options.onOverflow();
    else this.#waiting.push(message);
  }

  /** Discards what waits and ends the call, with the error's status or with OK. Only the first call counts. */
  end(error?: LabError): void {
    if (this.#ended) return;
    this.#finish();
    this.#grace = setTimeout(this.#options.cut, GRACE_MS);
    if (error) this.#call.emit("error", toStatus(error));
    else this.#call.end();
  }

  #finish(): void {
    this.#ended = true;
    this.#waiting = [];
  }

  #hand(message: Buffer): void {
    if (this.#call.writableLength === 0) this.#handedBytes = 0;
    this.#handedBytes += message.length;
    if (this.#handedBytes < MAX_HANDED_BYTES) {
      this.#call.write(message);
      return;
    }
    // Told when it has gone, and with it all that was handed before.
    this.#blocked = true;
    this.#call.write(message, this.#unblock);
  }

  readonly #unblock = (): void => {
    this.#blocked = false;
    this.#handedBytes = 0;
    while (!this.#blocked) {
      const message = this.#waiting.shift();
      if (!message) return;
      this.#waitingBytes -= message.length;
      this.#hand(message);
    }
  };
}
