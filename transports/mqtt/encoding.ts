import { isUtf8 } from "node:buffer";
import { LabError } from "../../core/errors.ts";
import { type Encoded, json } from "../codec.ts";
import { type Dialogue, dialogueIn } from "../dialogue.ts";
import type { Fields } from "../envelope.ts";

/** The dialogue as the payloads of PUBLISH packets carry it. */
export interface Encoding extends Pick<Dialogue<Encoded>, "request" | "event" | "ok" | "error" | "receive"> {
  /** Throws `malformed`. */
  parse(payload: Encoded): Fields;
}

const texts = dialogueIn(json);

export const jsonPayloads: Encoding = {
  ...texts,
  parse: (payload) => json.parse(utf8(payload, "malformed")),
  receive: (payload, events, requests) => texts.receive(payload.toString(), events, requests),
};

/** The payload as text; throws the code given where it is none. */
export function utf8(payload: Encoded, otherwise: "malformed" | "invalid_body"): string {
  if (typeof payload === "string") return payload;
  if (isUtf8(payload)) return payload.toString();
  throw new LabError(otherwise, "the payload must be UTF-8");
}
