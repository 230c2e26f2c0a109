import type { Identity } from "../../core/access.ts";
import { LabError } from "../../core/errors.ts";
import type { Hub } from "../../core/hub.ts";
import { type MaybePromise, whenDone } from "../../core/maybe-promise.ts";
import type { Outlet, Session } from "../../core/session.ts";
import { type Fields, perform, type Result } from "../session/envelope.ts";

/** Single requests that bring a token instead of a session, as from curl. */
export class HttpVisitors {
  readonly #hub: Hub;
  readonly #outlet: Outlet<undefined>;

  constructor(hub: Hub) {
    this.#hub = hub;
    this.#outlet = hub.attach<undefined>(
      () => undefined,
      () => undefined,
    );
  }

  /** For a user whom admit() has accepted. Throws the hub's codes, and `malformed` for a subscribe: there is nowhere to send events to. */
  perform(identity: Identity, request: Fields): MaybePromise<Result> {
    if (request.op === "subscribe")
      throw new LabError("malformed", "subscribe needs an open session; send its id as x-session");
    const session = this.#outlet.connect(identity, undefined);
    const leave = () => this.#hub.disconnect(session);
    try {
      const answer = whenDone(this.#admitted(session, request), () => perform(this.#hub, session, request));
      if (answer instanceof Promise) return answer.then(({ result }) => result).finally(leave);
      leave();
      return answer.result;
    } catch (error) {
      leave();
      throw error;
    }
  }

  /** Only who follows a channel may mark what was sent there; a visitor names it, and is authorised like a subscriber. */
  #admitted(session: Session<undefined>, request: Fields): MaybePromise<unknown> {
    if (request.op === "read" && request.channel !== undefined)
      return this.#hub.subscribe(session, [request.channel]);
    return undefined;
  }
}
