import { LabError } from "./errors.ts";
import type { MaybePromise } from "./maybe-promise.ts";
import type { Session } from "./session.ts";

/*
 * What a session asks while it waits for a subscription is carried out behind it, as it would be without a backplane: who follows a channel and
 * publishes on it without waiting gets its own event.
 */

/** What one session may have under way: a client that does not wait for answers must not hold everything up. */
const MAX_UNDER_WAY = 5_000;

/** Whether one more request may be under way. */
export function mayWait({ underWay }: Session): boolean {
  return underWay < MAX_UNDER_WAY;
}

/** Throws `unavailable` when the session has as much under way as it may. */
function assertMayWait(session: Session): void {
  if (!mayWait(session))
    throw new LabError("unavailable", "too many requests are under way; wait for their answers");
}

/** Acts at once; what is a promise is under way until it settles. Throws `unavailable` when too much is. */
export function underWay<T>(session: Session, act: () => MaybePromise<T>): MaybePromise<T> {
  assertMayWait(session);
  const result = act();
  if (!(result instanceof Promise)) return result;
  session.underWay += 1;
  const over = () => {
    session.underWay -= 1;
  };
  result.then(over, over);
  return result;
}

/** Acts when the session no longer waits. */
export function behind<T>(session: Session, waiting: (() => void)[], act: () => MaybePromise<T>): Promise<T> {
  assertMayWait(session);
  session.underWay += 1;
  return new Promise((resolve, reject) => {
    waiting.push(() => {
      session.underWay -= 1;
      try {
        resolve(act());
      } catch (error) {
        reject(error);
      }
    });
  });
}

/** Carries out what has been asked meanwhile, up to the next for which the session has to wait. */
export function goOn(session: Session): void {
  const asked = takeWaiting(session);
  for (const [index, act] of asked.entries()) {
    act();
    if (!session.waiting) continue;
    session.waiting = session.waiting.concat(asked.slice(index + 1));
    return;
  }
}

function takeWaiting(session: Session): (() => void)[] {
  const { waiting = [] } = session;
  session.waiting = undefined;
  return waiting;
}
