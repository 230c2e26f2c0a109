import { randomBytes } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import type { Identity } from "../../core/access.ts";
import type { CatchUp } from "../../core/catch-up.ts";
import { LabError } from "../../core/errors.ts";
import type { Hub } from "../../core/hub.ts";
import type { Outlet, Session } from "../../core/session.ts";
import { toEach } from "../limits/guard.ts";

/** The receiving side of a session whose requests come one by one over HTTP. */
export interface HttpPeer {
  /** A request of the session has come; for transports on which it counts as a heartbeat. */
  heard?(): void;
  /** Sends what a resumed subscription has missed, from the same tick on, before any later event of its channels. */
  catchUp(catchUp: CatchUp): void;
  /** Tells the client why, ends what is open, and forgets the session; idempotent. */
  end(reason: LabError): void;
}

/**
 * The open sessions of one server by id. The id is a secret of 128 bits that stands for the verified token, so that a request
 * of an open session costs a map lookup and not a signature check.
 */
export class HttpSessions<P extends HttpPeer> {
  readonly #hub: Hub;
  readonly #outlet: Outlet<P>;
  readonly #sessions = new Map<string, Session<P>>();

  constructor(hub: Hub, outlet: Outlet<P>) {
    this.#hub = hub;
    this.#outlet = outlet;
  }

  open(identity: Identity, create: (id: string) => P): Session<P> {
    const id = randomBytes(16).toString("base64url");
    const session = this.#outlet.connect(identity, create(id));
    this.#sessions.set(id, session);
    return session;
  }

  /** The session that `x-session` names, undefined without that header. Throws `closed` for one that is over or never was. */
  find(headers: IncomingHttpHeaders): Session<P> | undefined {
    const id = headers["x-session"];
    if (id === undefined) return undefined;
    const session = this.peek(id);
    if (!session) throw new LabError("closed", "no such session, or it has ended; open a new one");
    return session;
  }

  /** The open session of that id, if there is one. */
  peek(id: unknown): Session<P> | undefined {
    return typeof id === "string" ? this.#sessions.get(id) : undefined;
  }

  /** As find(), for what only a session can ask. Throws `malformed` without the header. */
  require(headers: IncomingHttpHeaders): Session<P> {
    const session = this.find(headers);
    if (!session) throw new LabError("malformed", "open a session first and send its id as x-session");
    return session;
  }

  /** Idempotent; the session's peer gets nothing after it. */
  forget(id: string): void {
    const session = this.#sessions.get(id);
    if (!session) return;
    this.#sessions.delete(id);
    this.#hub.disconnect(session);
  }

  /** Ends every session, whatever becomes of one of them. */
  endAll(reason: LabError): void {
    toEach(
      this.#hub,
      [...this.#sessions],
      ([, { peer }]) => peer.end(reason),
      ([id]) => this.forget(id),
    );
  }
}
