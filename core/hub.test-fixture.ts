import assert from "node:assert/strict";
import { LabError } from "./errors.ts";
import { Hub } from "./hub.ts";
import type { HubOptions } from "./hub-options.ts";
import type { Accepted, Delivery } from "./notification.ts";
import type { Session } from "./session.ts";
import type { Subscriptions } from "./subscriptions.ts";

/** The value that is there at once; fails for one that has to be waited for. */
export function now<T>(value: T | Promise<T>): T {
  assert.ok(!(value instanceof Promise), "nothing has to be waited for");
  return value;
}

/** A hub without a backplane. */
export class LocalHub extends Hub {
  override publish(...request: Parameters<Hub["publish"]>): Accepted {
    return now(super.publish(...request));
  }

  override subscribe(...request: Parameters<Hub["subscribe"]>): Subscriptions {
    return now(super.subscribe(...request));
  }
}

/** A hub with a clock to turn, whose tokens are user ids, and whose peers are arrays that take what is delivered. */
export function setUp(options: Partial<HubOptions> = {}) {
  const time = { now: 1_000_000 };
  const hub = new LocalHub({
    clock: () => time.now,
    authenticate: (token) => {
      const [user = "", expiresAt] = token.split("@");
      if (user === "") throw new LabError("unauthenticated", "no token");
      return { user, expiresAt: expiresAt === undefined ? Number.POSITIVE_INFINITY : Number(expiresAt) };
    },
    epoch: "h1",
    ...options,
  });
  const outlet = hub.attach<Delivery[]>((event, audience) => {
    for (const { peer } of audience) peer.push(event);
  }, ignore);
  const connect = (token: string) => outlet.connect(hub.authenticate(token), [] as Delivery[]);
  return { hub, outlet, connect, time };
}

export const ignore = () => undefined;

/** Follows one channel and takes what it missed. */
export function follow(hub: LocalHub, session: Session, name: unknown, after?: unknown) {
  const { standings, catchUp } = hub.subscribe(session, [name], after);
  const replayed: Delivery[] = [];
  for (let event = catchUp?.next(); event; event = catchUp?.next()) replayed.push(event);
  const [standing] = standings;
  assert.ok(standing);
  return { ...standing, replayed };
}

export const throwsCode = (act: () => unknown, code: LabError["code"]) =>
  assert.throws(act, (error) => error instanceof LabError && error.code === code);

export function bodies(session: Session<Delivery[]>): string[] {
  return session.peer.map((event) => (event.kind === "notification" ? event.body : event.kind));
}
