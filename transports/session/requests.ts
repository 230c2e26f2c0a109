import { LabError } from "../../core/errors.ts";

interface Waiting<T> {
  readonly resolve: (result: T) => void;
  readonly reject: (error: LabError) => void;
  readonly timer: ReturnType<typeof setTimeout>;
}

/** Requests under way on one connection, told apart by a number that the answer brings back. */
export class Requests<T> {
  readonly #timeoutMs: number;
  readonly #waiting = new Map<number, Waiting<T>>();
  #next = 0;
  #ended: LabError | undefined;

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  /** Hands `send` a fresh number; rejects with `timeout`, or with whatever fail() or end() was told. */
  start(send: (ref: number) => void): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#ended) {
        reject(this.#ended);
        return;
      }
      this.#next += 1;
      const ref = this.#next;
      const timer = setTimeout(() => {
        this.#waiting.delete(ref);
        reject(
          new LabError("timeout", `no answer within ${this.#timeoutMs} ms; it may have been carried out`),
        );
      }, this.#timeoutMs);
      this.#waiting.set(ref, { resolve, reject, timer });
      send(ref);
    });
  }

  settle(ref: unknown, result: T): void {
    this.#take(ref)?.resolve(result);
  }

  fail(ref: unknown, error: LabError): void {
    this.#take(ref)?.reject(error);
  }

  /** Rejects all that wait and all that come later. */
  end(error: LabError): void {
    this.#ended ??= error;
    for (const ref of [...this.#waiting.keys()]) this.fail(ref, error);
  }

  #take(ref: unknown): Waiting<T> | undefined {
    if (typeof ref !== "number") return undefined;
    const waiting = this.#waiting.get(ref);
    if (!waiting) return undefined;
    this.#waiting.delete(ref);
    clearTimeout(waiting.timer);
    return waiting;
  }
}
