import { LabError } from "../core/errors.ts";
import type { Hub } from "../core/hub.ts";
import type { HubEvent } from "../core/notification.ts";
import type { Session } from "../core/session.ts";
import {
  encodeEvent,
  type Fields,
  isEvent,
  type Operation,
  parseObject,
  parseShared,
  perform,
  type Result,
} from "./envelope.ts";
import type { LinkEvents } from "./reconnecting-client.ts";
import type { Requests } from "./requests.ts";

/*
 * The dialogue of the wires that carry JSON texts both ways. A request is `{"op", "ref", ...}`; its answer is
 * `{"op":"ok","ref",...}` or `{"op":"error","ref","code","message"}`. Events come as they are, told by their `kind`.
 */

export function encodeRequest(ref: number, operation: Operation): string {
  return JSON.stringify({ ...operation, ref });
}

/** Carries out one text from a peer and sends the answer, then what a resumed subscription replays. */
export function answerText(hub: Hub, session: Session, text: string, send: (text: string) => void): void {
  let ref: unknown = null;
  let replayed: readonly HubEvent[];
  try {
    const request = parseObject(text);
    ref = request.ref ?? null;
    const answer = perform(hub, session, request);
    send(encodeOk(ref, answer.result));
    replayed = answer.replayed;
  } catch (error) {
    send(encodeError(ref, error));
    return;
  }
  for (const event of replayed) send(encodeEvent(event));
}

export function encodeOk(ref: unknown, result: Result): string {
  return JSON.stringify({ op: "ok", ref, ...result });
}

export function encodeError(ref: unknown, reason: unknown): string {
  const { code, message } = LabError.from(reason);
  return JSON.stringify({ op: "error", ref, code, message });
}

/** Hands one text from the server to whom it is for; throws `malformed` when it is none of the dialogue. */
export function receiveText(text: string, events: LinkEvents, requests: Requests<Fields>): void {
  const message = parseShared(text);
  if (isEvent(message)) events.event(message);
  else if (message.op === "ok") requests.settle(message.ref, message);
  else if (message.op === "error")
    requests.fail(message.ref, LabError.fromWire(message.code, message.message));
}
