import { LabError } from "../core/errors.ts";
import type { Hub, Outlet } from "../core/hub.ts";
import type { RateLimit } from "../core/rate-limit.ts";
import { type Fields, perform, type Result } from "./envelope.ts";

const MAX_USERS = 10_000;
/** A rate limit fills up again within a minute, so one that rested that long is as good as a new one. */
const REST_MS = 60_000;

/**
 * Single requests that bring a token instead of a session, as from curl. Their rate limit is the user's, kept in a bounded table
 * between requests, so that it does not begin anew with each.
 */
export class HttpVisitors {
  readonly #hub: Hub;
  readonly #outlet: Outlet<undefined>;
  /** In order of last use. */
  readonly #limits = new Map<string, { readonly limit: RateLimit; usedAt: number }>();

  constructor(hub: Hub) {
    this.#hub = hub;
    this.#outlet = hub.attach<undefined>(() => undefined);
  }

  /** Throws the hub's codes, and `malformed` for a subscribe: there is nowhere to send events to. */
  perform(token: string, request: Fields): Result {
    if (request.op === "subscribe")
      throw new LabError("malformed", "subscribe needs an open session; send its id as x-session");
    const session = this.#outlet.connect(this.#hub.authenticate(token), undefined);
    try {
      // Only who follows a channel may mark what was sent there; a visitor names it, and is authorised like a subscriber.
      if (request.op === "read" && request.channel !== undefined)
        this.#hub.subscribe(session, request.channel);
      const limit = this.#limitOf(session.identity.user, session.limit);
      return perform(this.#hub, { ...session, limit }, request).result;
    } finally {
      this.#hub.disconnect(session);
    }
  }

  #limitOf(user: string, fresh: RateLimit): RateLimit {
    const now = performance.now();
    const known = this.#limits.get(user);
    const rested = !known || now - known.usedAt > REST_MS;
    const limit = rested ? fresh : known.limit;
    this.#limits.delete(user);
    this.#limits.set(user, { limit, usedAt: now });
    for (const [oldest, { usedAt }] of this.#limits) {
      if (this.#limits.size <= MAX_USERS && now - usedAt <= REST_MS) break;
      this.#limits.delete(oldest);
    }
    return limit;
  }
}
