import type { Session } from "./session.ts";

/** Calls `run` once after so many milliseconds, at most 2^31 - 1; returns what cancels it. Must not keep a process alive. */
export type Schedule = (run: () => void, afterMs: number) => () => void;

/** The longest that a timer of Node.js waits. */
const LONGEST_MS = 2_147_483_647;

export const nodeSchedule: Schedule = (run, afterMs) => {
  const timer = setTimeout(run, afterMs);
  unref(timer);
  return () => clearTimeout(timer);
};

/** A page's timer is a number, and keeps nothing alive. */
function unref(timer: number | { unref(): unknown }): void {
  if (typeof timer !== "number") timer.unref();
}

/**
 * Ends sessions when their tokens run out, whatever their clients do meanwhile. Tokens count whole seconds (RFC 7519, 2), so sessions
 * that end in the same second share a timer.
 */
export class Expiries {
  readonly #clock: () => number;
  readonly #schedule: Schedule;
  readonly #onExpired: (session: Session) => void;
  readonly #bySecond = new Map<number, Set<Session>>();
  #cancel: (() => void) | undefined;
  #armedFor = Number.POSITIVE_INFINITY;

  constructor(clock: () => number, schedule: Schedule, onExpired: (session: Session) => void) {
    this.#clock = clock;
    this.#schedule = schedule;
    this.#onExpired = onExpired;
  }

  add(session: Session): void {
    const second = secondOf(session);
    if (second === undefined) return;
    const together = this.#bySecond.get(second);
    if (together) together.add(session);
    else this.#bySecond.set(second, new Set([session]));
    if (second < this.#armedFor) this.#arm(second);
  }

  remove(session: Session): void {
    const second = secondOf(session);
    const together = second === undefined ? undefined : this.#bySecond.get(second);
    if (second === undefined || !together?.delete(session) || together.size > 0) return;
    this.#bySecond.delete(second);
    if (second === this.#armedFor) this.#armNext();
  }

  #arm(second: number): void {
    this.#cancel?.();
    this.#armedFor = second;
    const afterMs = Math.min(LONGEST_MS, Math.max(0, second * 1_000 - this.#clock()));
    this.#cancel = this.#schedule(this.#due, afterMs);
  }

  #armNext(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#armedFor = Number.POSITIVE_INFINITY;
    let next = Number.POSITIVE_INFINITY;
    for (const second of this.#bySecond.keys()) next = Math.min(next, second);
    if (next < Number.POSITIVE_INFINITY) this.#arm(next);
  }

  readonly #due = (): void => {
    const now = this.#clock();
    for (const [second, together] of [...this.#bySecond]) {
      if (second * 1_000 > now) continue;
      this.#bySecond.delete(second);
      for (const session of together) this.#onExpired(session);
    }
    this.#armNext();
  };
}

function secondOf({ identity }: Session): number | undefined {
  return Number.isFinite(identity.expiresAt) ? Math.ceil(identity.expiresAt / 1_000) : undefined;
}
