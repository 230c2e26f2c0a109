import type { Backplane } from "./backplane.ts";
import { LabError } from "./errors.ts";
import { MINUTE_MS, RateLimit } from "./rate-limit.ts";

export interface UserLimits {
  /** Publishes a minute of one user over all of its sessions; Infinity lifts it. */
  readonly publishesPerMinute: number;
  /** Sessions that one user has open at once; Infinity lifts it. */
  readonly maxSessions: number;
  /** Tells of sessions on other nodes, and is told of those here. */
  readonly backplane: Pick<Backplane, "count" | "elsewhere"> | undefined;
}

interface Used {
  readonly limit: RateLimit;
  usedAt: number;
}

/** What each user has open and has published lately, over all sessions and transports of a hub. */
export class Users {
  readonly #limits: UserLimits;
  readonly #sessions = new Map<string, number>();
  /** In order of last use. A limit that rested for a minute is as good as a new one, and is forgotten. */
  readonly #publishing = new Map<string, Used>();

  constructor(limits: UserLimits) {
    this.#limits = limits;
  }

  /** Throws `too_many_sessions` when the user can't open one more. */
  assertRoom(user: string): void {
    const { maxSessions, backplane } = this.#limits;
    if ((this.#sessions.get(user) ?? 0) + (backplane?.elsewhere(user) ?? 0) < maxSessions) return;
    throw new LabError("too_many_sessions", `a user may have ${maxSessions} sessions open; close one first`);
  }

  /** Those with a session here. */
  get present(): Iterable<string> {
    return this.#sessions.keys();
  }

  enter(user: string): void {
    this.#sessions.set(user, (this.#sessions.get(user) ?? 0) + 1);
    this.#limits.backplane?.count(user, 1);
  }

  leave(user: string): void {
    const left = (this.#sessions.get(user) ?? 0) - 1;
    if (left > 0) this.#sessions.set(user, left);
    else this.#sessions.delete(user);
    this.#limits.backplane?.count(user, -1);
  }

  /** Throws `rate_limited` when the user has no publish left. `now` in milliseconds. */
  takePublish(user: string, now: number): void {
    const { publishesPerMinute } = this.#limits;
    if (publishesPerMinute === Number.POSITIVE_INFINITY) return;
    const used = this.#publishing.get(user) ?? { limit: new RateLimit(publishesPerMinute, now), usedAt: now };
    used.usedAt = now;
    this.#publishing.delete(user);
    this.#publishing.set(user, used);
    for (const [rested, { usedAt }] of this.#publishing) {
      if (now - usedAt <= MINUTE_MS) break;
      this.#publishing.delete(rested);
    }
    if (used.limit.take(now)) return;
    throw new LabError(
      "rate_limited",
      `at most ${publishesPerMinute} publishes a minute; wait and try again`,
    );
  }
}
