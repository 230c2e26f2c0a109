import type { CatchUp } from "../../core/catch-up.ts";
import { LabError } from "../../core/errors.ts";
import type { Hub } from "../../core/hub.ts";
import type { HubEvent } from "../../core/notification.ts";
import { guarded } from "../limits/guard.ts";

/** How long to wait for a peer to read before it is given more, at first; twice as long after each time in which it read nothing. */
const PAUSE_MS = 5;
/** A peer that reads nothing is looked at so often in the end. */
const LONGEST_PAUSE_MS = 160;
/** After so many events others get their turn. */
const EVENTS_A_TURN = 256;

export interface CatchingUp {
  send(event: HubEvent): void;
  /** What the peer was sent and has not read, in bytes. */
  heldBytes(): number;
  readonly maxBufferedBytes: number;
  /** Ends the connection, with the reason where it can be told. */
  end(reason: LabError): void;
  /** Called in the tick in which the session has joined the audience. */
  caughtUp?(): void;
  /** Called when some events have been sent in a row. */
  flush?(): void;
}

/**
 * Sends what a resumed subscription has missed, as fast as the peer reads it: half of what may be held for it is left to new events, so
 * that an honest client with a long gap is not cut off. The first events go out in the same tick. Never throws.
 */
export function sendMissed(
  hub: Hub,
  catchUp: CatchUp | undefined,
  peer: CatchingUp,
  pauseMs = PAUSE_MS,
): void {
  // What a connection that is gone had not read may count as held for ever.
  if (!catchUp || catchUp.over) return;
  let done = false;
  let sent = 0;
  try {
    for (; sent < EVENTS_A_TURN; sent += 1) {
      if (peer.heldBytes() > peer.maxBufferedBytes / 2) break;
      const event = catchUp.next();
      done = event === undefined;
      if (!event) break;
      peer.send(event);
    }
    if (done) peer.caughtUp?.();
    peer.flush?.();
  } catch (error) {
    const reason = LabError.from(error);
    if (reason.code === "slow_consumer") hub.cutOff();
    else if (!(error instanceof LabError)) hub.internalError(error);
    const nothing = () => undefined;
    guarded(hub, nothing, () => peer.end(reason))();
    return;
  }
  if (done) return;
  const pause = sent > 0 ? PAUSE_MS : Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
  setTimeout(() => sendMissed(hub, catchUp, peer, pause), pause);
}
