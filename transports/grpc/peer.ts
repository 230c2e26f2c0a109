import type { Identity } from "../../core/access.ts";
import { LabError } from "../../core/errors.ts";
import type { Hub } from "../../core/hub.ts";
import { settle } from "../../core/maybe-promise.ts";
import type { Outlet, Session } from "../../core/session.ts";
import { guarded } from "../limits/guard.ts";
import { sendMissed } from "../session/catching-up.ts";
import { type Fields, perform } from "../session/envelope.ts";
import { encodeEvent, encodeFailure, encodeResult } from "./framing.ts";
import type { ClientMessage } from "./generated/messages.ts";
import { type Call, Outbox } from "./outbox.ts";

export interface PeerOptions {
  readonly maxBufferedBytes: number;
  /** Cuts the connection under the call. */
  readonly cut: () => void;
}

/** Serves an accepted call until it ends. */
export function servePeer(
  hub: Hub,
  outlet: Outlet<Outbox>,
  identity: Identity,
  call: Call,
  { maxBufferedBytes, cut }: PeerOptions,
): Session<Outbox> {
  const mayWait = (bytes: number) => hub.withinBound(bytes, maxBufferedBytes);
  const onOverflow = () => {
    hub.cutOff();
    endPeer(hub, session, new LabError("slow_consumer", "read too slowly; connect again"));
  };
  const session = outlet.connect(identity, new Outbox(call, { mayWait, maxBufferedBytes, onOverflow, cut }));
  const fail = () => endPeer(hub, session, new LabError("internal", "an error in the server"));
  call.on(
    "data",
    guarded(hub, fail, (message: ClientMessage) => answer(hub, session, message, fail)),
  );
  call.once("end", () => endPeer(hub, session));
  call.once("cancelled", () => hub.disconnect(session));
  return session;
}

/** Ends the session at once and the call behind it, with the error's status or with OK. */
export function endPeer(hub: Hub, session: Session<Outbox>, error?: LabError): void {
  hub.disconnect(session);
  session.peer.end(error);
}

function answer(
  hub: Hub,
  session: Session<Outbox>,
  { ref, operation }: ClientMessage,
  fail: () => void,
): void {
  const outbox = session.peer;
  if (operation?.$case === "ping") {
    outbox.send(encodeResult(ref, {}));
    return;
  }
  settle(
    () => perform(hub, session, toRequest(operation)),
    ({ result, catchUp }) => {
      outbox.send(encodeResult(ref, result));
      sendMissed(hub, catchUp, {
        send: (event) => outbox.send(encodeEvent(event)),
        heldBytes: () => outbox.heldBytes,
        maxBufferedBytes: outbox.maxBufferedBytes,
        end: (reason) => endPeer(hub, session, reason),
      });
    },
    guarded(hub, fail, (reason: unknown) => {
      // Anything else is an internal error, and ends the call.
      if (!(reason instanceof LabError)) throw reason;
      outbox.send(encodeFailure(ref, reason));
    }),
  );
}

function toRequest(operation: ClientMessage["operation"]): Fields {
  if (!operation) throw new LabError("malformed", "the message has no operation that this server knows");
  return operation.$case === "subscribe"
    ? { op: operation.$case, channel: operation.value.channel, after: operation.value.resume?.value }
    : { op: operation.$case, ...operation.value };
}
