import type { DefaultEventsMap, Server, Socket } from "socket.io";
import type { Identity } from "../../core/access.ts";
import { LabError } from "../../core/errors.ts";
import type { Hub } from "../../core/hub.ts";
import { settle } from "../../core/maybe-promise.ts";
import type { Session } from "../../core/session.ts";
import { guarded } from "../limits/guard.ts";
import { sendMissed } from "../session/catching-up.ts";
import { isObject, perform } from "../session/envelope.ts";
import type { Backlog } from "./backlog.ts";

interface SocketData {
  identity: Identity;
}
export type LabServer = Server<DefaultEventsMap, DefaultEventsMap, DefaultEventsMap, SocketData>;
export type LabSocket = Socket<DefaultEventsMap, DefaultEventsMap, DefaultEventsMap, SocketData>;

/** Serves one authenticated client until its socket disconnects. */
export function serveSocket(hub: Hub, socket: LabSocket, session: Session<Backlog>): void {
  const fail = () => socket.disconnect(true);
  socket.onAny(
    guarded(hub, fail, (op: unknown, ...args: unknown[]) => {
      // A client that asks on and on without reading would else be sent one replay after the other.
      if (session.peer.withinBound()) answer(hub, session, socket, op, args);
    }),
  );
  socket.once("disconnect", () => {
    hub.disconnect(session);
  });
}

type Acknowledge = (answer: object) => void;

/**
 * Carries out one event of a client. `args` are its fields and, unless the client wants no answer, the library's function that
 * acknowledges it. What a resumed subscription replays follows the acknowledgement.
 */
function answer(
  hub: Hub,
  session: Session<Backlog>,
  socket: LabSocket,
  op: unknown,
  args: readonly unknown[],
): void {
  const acknowledge = args.find(isAcknowledge);
  settle(
    () => {
      const [fields] = args;
      if (!isObject(fields)) throw new LabError("malformed", "the event must carry one object");
      return perform(hub, session, { ...fields, op });
    },
    ({ result, catchUp }) => {
      acknowledge?.({ ok: true, ...result });
      if (!("channel" in result)) return;
      // While it catches up the room's events are not yet for it.
      if (catchUp) socket.leave(result.channel);
      if (!catchUp) socket.join(result.channel);
      else
        sendMissed(hub, catchUp, {
          send: (event) => socket.emit("event", event),
          heldBytes: () => session.peer.heldBytes,
          maxBufferedBytes: session.peer.maxBytes,
          end: () => socket.disconnect(true),
          caughtUp: () => socket.join(result.channel),
        });
    },
    guarded(
      hub,
      () => socket.disconnect(true),
      (reason: unknown) => {
        // Anything else is an internal error, and ends the connection.
        if (!(reason instanceof LabError)) throw reason;
        const { code, message } = reason;
        acknowledge?.({ ok: false, code, message });
      },
    ),
  );
}

function isAcknowledge(value: unknown): value is Acknowledge {
  return typeof value === "function";
}
