import { LabError } from "../../core/errors.ts";
import type { Hub } from "../../core/hub.ts";
import type { Outlet, Session } from "../../core/session.ts";
import { json } from "../codec/codec.ts";
import { guarded } from "../limits/guard.ts";
import { errorAnswer, type Ref, readRef } from "../session/envelope.ts";
import type { Broker } from "./mosquitto-broker.ts";
import { newLogin } from "./mosquitto-config.ts";
import { loginTopic } from "./mosquitto-topics.ts";

/** A session, and the login that it has at the broker: one connection's. */
export interface Guest {
  readonly login: string;
  session: Session<Guest> | undefined;
  /** Of its connection, once that stands. */
  clientId: string | undefined;
  /** Until its connection stands. */
  deadline: NodeJS.Timeout | undefined;
}

/** Room for a token in its request. */
const MAX_REQUEST_BYTES = 16 * 1024;

interface LobbyOptions {
  readonly hub: Hub;
  readonly outlet: Outlet<Guest>;
  readonly broker: Broker;
  /** By login. */
  readonly guests: Map<string, Guest>;
  /** For a visitor to show its token and leave, and for a guest to come. */
  readonly timeoutMs: number;
  /** Ends a guest's session and its login. */
  readonly end: (guest: Guest) => void;
}

/** A connection that has shown no token yet; whoever comes later by its client id is another one. */
interface Visitor {
  asked: boolean;
  readonly deadline: NodeJS.Timeout;
}

/** Visitors of the broker: each may show one token, and gets a login for it or the reason against it. */
export function createLobby({ hub, outlet, broker, guests, timeoutMs, end }: LobbyOptions) {
  const visitors = new Map<string, Visitor>();

  const answer = (clientId: string, message: object) =>
    void broker.publish(loginTopic(clientId), json.encode(message));

  const refuse = (clientId: string, ref: Ref, error: unknown) => {
    if (!(error instanceof LabError)) hub.internalError(error);
    answer(clientId, errorAnswer(ref, error));
  };

  const admit = async (clientId: string, visitor: Visitor, ref: Ref, token: string): Promise<void> => {
    const identity = hub.admit(token);
    const login = newLogin();
    const guest: Guest = { login: login.user, session: undefined, clientId: undefined, deadline: undefined };
    guest.session = outlet.connect(identity, guest);
    guests.set(login.user, guest);
    guest.deadline = setTimeout(() => end(guest), timeoutMs);
    try {
      await broker.logins.grant(login, identity.user);
    } catch (error) {
      end(guest);
      throw error;
    }
    // It may have left meanwhile, and somebody else have come who must not get what is this one's.
    if (visitors.get(clientId) === visitor) answer(clientId, { op: "ok", ref, ...login });
    else end(guest);
  };

  return {
    came: (clientId: string) => {
      const deadline = setTimeout(() => broker.evict(clientId), timeoutMs);
      visitors.set(clientId, { asked: false, deadline });
    },

    /** Idempotent. */
    left: (clientId: string) => {
      clearTimeout(visitors.get(clientId)?.deadline);
      visitors.delete(clientId);
    },

    token: guarded(
      hub,
      () => undefined,
      (clientId: string, payload: Buffer) => {
        const visitor = visitors.get(clientId);
        if (!visitor || visitor.asked) return;
        visitor.asked = true;
        let ref: Ref = null;
        const read = async () => {
          if (payload.length > MAX_REQUEST_BYTES)
            throw new LabError("malformed", `a login has at most ${MAX_REQUEST_BYTES} bytes`);
          const request = json.parse(payload);
          ref = readRef(request);
          if (request.op !== "login" || typeof request.token !== "string")
            throw new LabError("malformed", 'show a token: {"op":"login","token":"..."}');
          await admit(clientId, visitor, ref, request.token);
        };
        read().catch((error: unknown) => refuse(clientId, ref, error));
      },
    ),

    close: () => {
      for (const { deadline } of visitors.values()) clearTimeout(deadline);
      visitors.clear();
    },
  };
}
