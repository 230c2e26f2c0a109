import { LabError } from "../../core/errors.ts";
import { isEvent, isObject, isSubscribeResult } from "../session/envelope.ts";
import type { Direction, IsBody, Span } from "./dissector.ts";
import { excerpt, parseJson, splitJson } from "./json.ts";

/** How the messages of the dialogue are written down. Both throw `malformed`. */
export interface Notation {
  parse(bytes: Buffer): unknown;
  split(bytes: Buffer, isBody: IsBody, value: unknown): Span[];
}

export const JSON_NOTATION: Notation = { parse: parseJson, split: splitJson };

/**
 * One message of the dialogue in transports/conversing/conversing.ts: what follows a channel is handshake, ping and pong are heartbeats, all
 * else is a message. Throws `malformed` for what the dialogue does not know.
 */
export function splitDialogue(
  direction: Direction,
  text: Buffer,
  isBody: IsBody,
  notation = JSON_NOTATION,
): Span[] {
  const message = notation.parse(text);
  if (!isObject(message)) throw new LabError("malformed", `not a message of the dialogue: ${excerpt(text)}`);
  const { op } = message;
  if (op === "ping" || op === "pong") return [{ part: "heartbeats", length: text.length }];
  const handshake =
    direction === "in"
      ? op === "subscribe" || op === "connect"
      : op === "ok" && (isSubscribeResult(message) || typeof message.ref === "string");
  if (handshake) return [{ part: "handshake", length: text.length }];
  const known =
    direction === "in"
      ? op === "publish" || op === "read"
      : op === "ok" || op === "error" || isEvent(message);
  if (!known) throw new LabError("malformed", `not a message of the dialogue: ${excerpt(text)}`);
  return notation.split(text, isBody, message);
}
