import type { LabError } from "../../../core/errors.ts";
import { judge, unavailable } from "./errors.ts";
import type { Link } from "./link.ts";

/** How long what is asked of Redis may take, and how long after a loss what is asked waits for a new connection. */
export const PATIENCE_MS = 2_000;
const SWEEP_MS = 100;
/** Requests that may be under way or wait. */
const MAX_TASKS = 10_000;

interface Task {
  readonly request: Request<unknown>;
  readonly deadline: number;
  readonly resolve: (reply: unknown) => void;
  readonly reject: (error: LabError) => void;
  sent: boolean;
}

/** Asks something on a connection; `again` where it may have been carried out on one before, `deadline` by performance.now(). */
export type Request<T> = (link: Link, again: boolean, deadline: number) => Promise<T>;

/**
 * What is asked of Redis, in order: on the connection that stands, again on the next one when it breaks before the answer has come, and
 * refused with `unavailable` when that takes too long.
 */
export class Tasks {
  /** In the order of being asked, which is that of their deadlines. */
  readonly #tasks = new Set<Task>();
  // When it was this process that stood still, answers lie there and are read first.
  readonly #sweep = setInterval(() => setImmediate(() => this.#refuseLate()), SWEEP_MS).unref();
  readonly #onUseless: (link: Link, error: LabError) => void;
  #link: Link | undefined;
  #downSince = performance.now();
  #reason = unavailable("Redis can't be reached");
  #closed = false;

  /** `onUseless` is told of a connection on which nothing can be asked any more. */
  constructor(onUseless: (link: Link, error: LabError) => void) {
    this.#onUseless = onUseless;
  }

  ask<T>(request: Request<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const now = performance.now();
      const deadline = (this.#link ? now : this.#downSince) + PATIENCE_MS;
      const refused = this.#closed || deadline <= now || this.#tasks.size >= MAX_TASKS;
      if (refused) {
        reject(this.#tasks.size >= MAX_TASKS ? unavailable("too much waits for Redis") : this.#reason);
        return;
      }
      // Resolved with what its own request brings.
      const task: Task = { request, deadline, resolve: (reply) => resolve(reply as T), reject, sent: false };
      this.#tasks.add(task);
      if (this.#link) this.#send(this.#link, task);
    });
  }

  /** Asks all that waits, and from now on what is asked. */
  up(link: Link): void {
    this.#link = link;
    for (const task of this.#tasks) this.#send(link, task);
  }

  /** Whether there was one until now. */
  down(reason: LabError): boolean {
    const was = this.#link !== undefined;
    if (was) this.#downSince = performance.now();
    this.#link = undefined;
    this.#reason = reason;
    return was;
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#sweep);
    for (const task of this.#tasks) this.#refuse(task, unavailable("the node is closing"));
  }

  #send(link: Link, task: Task): void {
    const again = task.sent;
    task.sent = true;
    task.request(link, again, task.deadline).then(
      (reply) => {
        if (this.#tasks.delete(task)) task.resolve(reply);
      },
      (reason: unknown) => {
        const verdict = judge(reason);
        if (!verdict.again) this.#refuse(task, verdict.error);
        else if (!link.lost) this.#onUseless(link, verdict.error);
      },
    );
  }

  #refuseLate(): void {
    const now = performance.now();
    for (const task of this.#tasks) {
      if (task.deadline > now) return;
      const outcome = task.sent ? "whether it was done is unknown" : "nothing was done";
      this.#refuse(
        task,
        unavailable(`${this.#link ? "Redis is too slow" : this.#reason.message}; ${outcome}`),
      );
    }
  }

  #refuse(task: Task, error: LabError): void {
    if (this.#tasks.delete(task)) task.reject(error);
  }
}
