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

/** What a message that waits is counted as at least: each is an object on the heap, however short it is. */
const LEAST_WAITING_BYTES = 256;
/** And each that is handed on costs grpc-js as much work. */
const LEAST_HANDED_BYTES = 64;

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
  /** Where the next one stands: shift() would move all that wait behind it. */
  #next = 0;
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
    this.#waitingBytes += waitingBytes(message);
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
    this.#next = 0;
  }

  #hand(message: Buffer): void {
    if (this.#call.writableLength === 0) this.#handedBytes = 0;
    this.#handedBytes += Math.max(LEAST_HANDED_BYTES, message.length);
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
      const message = this.#waiting[this.#next];
      if (!message) {
        this.#waiting = [];
        this.#next = 0;
        return;
      }
      this.#next += 1;
      this.#waitingBytes -= waitingBytes(message);
      this.#hand(message);
    }
    // At the latest when most of it has gone.
    if (this.#next > this.#waiting.length / 2) {
      this.#waiting = this.#waiting.slice(this.#next);
      this.#next = 0;
    }
  };
}

function waitingBytes(message: Buffer): number {
  return Math.max(LEAST_WAITING_BYTES, message.length);
}
