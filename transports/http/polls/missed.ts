import type { CatchUp } from "../../../core/catch-up.ts";
import { LabError } from "../../../core/errors.ts";
import type { Hub } from "../../../core/hub.ts";
import type { HubEvent } from "../../../core/notification.ts";

/** After so many events others get their turn. */
const EVENTS_A_TURN = 256;

interface Buffering {
  push(event: HubEvent): void;
  hasRoom(): boolean;
  /** Ends the session. */
  end(reason: LabError): void;
}

/**
 * What a session still has to be sent of what it missed, one resumption after the other. Nothing runs by itself: the session's polls ask
 * for more, so that one which does not poll costs nothing.
 */
export class Missed {
  readonly #hub: Hub;
  readonly #buffering: Buffering;
  #catchUps: CatchUp[] = [];

  constructor(hub: Hub, buffering: Buffering) {
    this.#hub = hub;
    this.#buffering = buffering;
  }

  add(catchUp: CatchUp): void {
    // A channel that is followed anew leaves nothing to the resumption before, so there are never more of them than channels.
    this.#catchUps = [...this.#catchUps.filter(({ over }) => !over), catchUp];
    this.fill();
  }

  /** Takes as much as there is room for. Ends the session when what is next is no longer held; never throws. */
  fill(): void {
    if (this.#catchUps.length === 0) return;
    try {
      for (let turn = 0; turn < EVENTS_A_TURN && this.#buffering.hasRoom(); turn += 1) {
        const [catchUp] = this.#catchUps;
        if (!catchUp) return;
        const event = catchUp.next();
        if (event) this.#buffering.push(event);
        else this.#catchUps.shift();
      }
    } catch (error) {
      const reason = LabError.from(error);
      if (reason.code === "slow_consumer") this.#hub.cutOff();
      else if (!(error instanceof LabError)) this.#hub.internalError(error);
      this.#catchUps = [];
      this.#buffering.end(reason);
    }
  }
}
