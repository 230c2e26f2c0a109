import { LabError } from "../core/errors.ts";
import type { Hub } from "../core/hub.ts";
import type { HubEvent } from "../core/notification.ts";
import type { Session } from "../core/session.ts";
import { type CatchingUp, sendMissed } from "./catching-up.ts";
import type { Codec, Encoded } from "./codec.ts";
import { type Fields, isEvent, type Operation, perform, type Ref, type Result, readRef } from "./envelope.ts";
import type { LinkEvents } from "./reconnecting-client.ts";
import type { Requests } from "./requests.ts";

/*
 * The dialogue of the wires that carry messages both ways. A request is `{op, ref, ...}`; its answer is `{op: "ok", ref, ...}` or
 * `{op: "error", ref, code, message}`. Events come as they are, told by their `kind`.
 */

/** The dialogue in one encoding. */
export interface Dialogue<W extends Encoded> {
  request(ref: number, operation: Operation): W;
  event(event: HubEvent): W;
  ok(ref: Ref, result: Result): W;
  error(ref: Ref, reason: unknown): W;
  /** Carries out one message from a peer and sends the answer, then what a resumed subscription has missed. */
  answer(hub: Hub, session: Session, message: W, peer: Correspondent<W>): void;
  /**
   * Hands one message from the server to whom it is for; throws `malformed` when it is none of the dialogue. Returns an error that is
   * about no request: when the connection ends behind it, that is why.
   */
  receive(message: W, events: LinkEvents, requests: Requests<Fields>): LabError | undefined;
}

/** The other end of one connection, as its adapter reaches it. */
export interface Correspondent<W> extends Omit<CatchingUp, "send"> {
  send(message: W): void;
}

export function dialogueIn<W extends Encoded>(codec: Codec<W>): Dialogue<W> {
  const { encode, parse, parseTrusted } = codec;
  const ok = (ref: Ref, result: Result) => encode({ op: "ok", ref, ...result });
  const error = (ref: Ref, reason: unknown) => {
    const { code, message } = LabError.from(reason);
    return encode({ op: "error", ref, code, message });
  };
  return {
    request: (ref, operation) => encode({ ...operation, ref }),
    event: encode,
    ok,
    error,
    answer: (hub, session, message, peer) => {
      let ref: Ref = null;
      try {
        const request = parse(message);
        ref = readRef(request);
        const { result, catchUp } = perform(hub, session, request);
        peer.send(ok(ref, result));
        sendMissed(hub, catchUp, { ...peer, send: (event) => peer.send(encode(event)) });
      } catch (reason) {
        // Anything else is a fault of the lab's, and for the adapter to end the connection with.
        if (!(reason instanceof LabError)) throw reason;
        peer.send(error(ref, reason));
      }
    },
    receive: (wire, events, requests) => {
      const message = parseTrusted(wire);
      if (isEvent(message)) events.event(message);
      else if (message.op === "ok") requests.settle(message.ref, message);
      else if (message.op === "error") {
        const error = LabError.fromWire(message.code, message.message);
        if (message.ref === null) return error;
        requests.fail(message.ref, error);
      }
      return undefined;
    },
  };
}
