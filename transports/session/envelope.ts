import type { CatchUp } from "../../core/catch-up.ts";
import type { ChannelName } from "../../core/channel.ts";
import { LabError } from "../../core/errors.ts";
import type { Hub } from "../../core/hub.ts";
import { type MaybePromise, whenDone } from "../../core/maybe-promise.ts";
import type { Accepted, Delivery } from "../../core/notification.ts";
import type { Session } from "../../core/session.ts";

/** What a client may ask; the same three on every transport. */
export type Operation =
  | { readonly op: "subscribe"; readonly channel: string; readonly after?: string }
  | { readonly op: "publish"; readonly channel: string; readonly body: string }
  | { readonly op: "read"; readonly id: string };

/** The answer to a subscribe. */
export interface SubscribeResult {
  readonly channel: ChannelName;
  readonly seq: number;
  /** Id of the newest event of the hub at that moment, to resume from while none of the channel's own has come. */
  readonly cursor: string;
  readonly missed: boolean;
}

export type Result = SubscribeResult | Accepted | Record<string, never>;

/** A parsed object whose fields may hold anything. */
export type Fields = { readonly [field: string]: unknown };

/** An answer, and what has to follow it on the same connection when a subscription resumes. */
export interface Answer {
  readonly result: Result;
  readonly catchUp: CatchUp | undefined;
}

/**
 * Carries out one request of a peer, whose fields may hold anything. Throws LabError: the hub's codes, or `malformed` for a
 * request that is none. Every adapter goes through here, so that a request means the same on every transport. A promise only where the
 * hub has a backplane; what follows a subscription must then be done in the same tick in which it settles.
 */
export function perform(hub: Hub, session: Session, request: Fields): MaybePromise<Answer> {
  switch (request.op) {
    case "subscribe":
      return whenDone(
        hub.subscribe(session, [request.channel], request.after ?? undefined),
        ({ standings, catchUp }) => ({ result: { ...standings[0] } as SubscribeResult, catchUp }),
      );
    case "publish":
      return whenDone(hub.publish(session, request.channel, request.body), plain);
    case "read":
      return whenDone(hub.markRead(session, request.id), () => plain({}));
    default:
      throw new LabError("malformed", "op must be subscribe, publish or read");
  }
}

function plain(result: Result): Answer {
  return { result, catchUp: undefined };
}

/** The answer to a successful request. On transports with messages both ways, `ref` identifies the request. */
export function okAnswer(ref: Ref, result: Result) {
  return { op: "ok", ref, ...result };
}

/** The answer to a request that was refused, and what a server says of itself before it ends a connection (`ref` null). */
export function errorAnswer(ref: Ref, reason: unknown) {
  const { code, message } = LabError.from(reason);
  return { op: "error", ref, code, message };
}

/** Parses one JSON object; throws `malformed` for anything else. */
export function parseObject(text: string): Fields {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new LabError("malformed", "not JSON", { cause: error });
  }
  if (!isObject(value)) throw new LabError("malformed", "not a JSON object");
  return value;
}

const MAX_REF_CHARACTERS = 128;

/**
 * What a client marks a request with, to find its answer: a number, a string of at most 128 characters, or nothing. It goes back as it
 * came, so nothing else is taken. Throws `malformed`.
 */
export function readRef({ ref }: Fields): Ref {
  if (ref === undefined || ref === null) return null;
  if (typeof ref === "number" || (typeof ref === "string" && ref.length <= MAX_REF_CHARACTERS)) return ref;
  throw new LabError("malformed", `ref is a number or a string of at most ${MAX_REF_CHARACTERS} characters`);
}

export type Ref = number | string | null;

export function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Whether a parsed message is an event. Only the shape that dispatch needs is checked: a server that has been authenticated to
 * is trusted with the rest, as a client of any of these libraries would.
 */
export function isEvent(value: object): value is Delivery {
  return (
    "kind" in value && (value.kind === "notification" || value.kind === "receipt" || value.kind === "gap")
  );
}

export function isAccepted(value: unknown): value is Accepted {
  return (
    isObject(value) &&
    typeof value.id === "string" &&
    typeof value.seq === "number" &&
    typeof value.at === "number"
  );
}

export function isSubscribeResult(value: unknown): value is SubscribeResult {
  return isObject(value) && typeof value.cursor === "string" && typeof value.missed === "boolean";
}

/** Upper bound, in bytes, of one JSON request with a body at the hub's limit: 6 bytes a UTF-16 unit when escaped. */
export function maxRequestBytes(hub: Hub): number {
  return hub.maxBodyCharacters * 12 + 1_024;
}
