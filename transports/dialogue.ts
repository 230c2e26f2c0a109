import { LabError } from "../core/errors.ts";
import type { Hub } from "../core/hub.ts";
import type { HubEvent } from "../core/notification.ts";
import type { Session } from "../core/session.ts";
import type { Codec, Encoded } from "./codec.ts";
import { type Fields, isEvent, type Operation, perform, type Result } from "./envelope.ts";
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
  ok(ref: unknown, result: Result): W;
  error(ref: unknown, reason: unknown): W;
  /** Carries out one message from a peer and sends the answer, then what a resumed subscription replays. */
  answer(hub: Hub, session: Session, message: W, send: (message: W) => void): void;
  /** Hands one message from the server to whom it is for; throws `malformed` when it is none of the dialogue. */
  receive(message: W, events: LinkEvents, requests: Requests<Fields>): void;
}

export function dialogueIn<W extends Encoded>(codec: Codec<W>): Dialogue<W> {
  const { encode, parse, parseShared } = codec;
  const ok = (ref: unknown, result: Result) => encode({ op: "ok", ref, ...result });
  const error = (ref: unknown, reason: unknown) => {
    const { code, message } = LabError.from(reason);
    return encode({ op: "error", ref, code, message });
  };
  return {
    request: (ref, operation) => encode({ ...operation, ref }),
    event: encode,
    ok,
    error,
    answer: (hub, session, message, send) => {
      let ref: unknown = null;
      let replayed: readonly HubEvent[];
      try {
        const request = parse(message);
        ref = request.ref ?? null;
        const answer = perform(hub, session, request);
        send(ok(ref, answer.result));
        replayed = answer.replayed;
      } catch (reason) {
        send(error(ref, reason));
        return;
      }
      for (const event of replayed) send(encode(event));
    },
    receive: (wire, events, requests) => {
      const message = parseShared(wire);
      if (isEvent(message)) events.event(message);
      else if (message.op === "ok") requests.settle(message.ref, message);
      else if (message.op === "error")
        requests.fail(message.ref, LabError.fromWire(message.code, message.message));
    },
  };
}
