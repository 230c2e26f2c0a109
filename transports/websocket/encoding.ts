import { type Encoded, json } from "../codec.ts";
import { type Dialogue, dialogueIn } from "../dialogue.ts";

/** The dialogue as WebSocket messages carry it. */
export interface Encoding extends Dialogue<Encoded> {
  /** Whether it travels in binary messages. */
  readonly binary: boolean;
}

const texts = dialogueIn(json);

export const jsonTexts: Encoding = {
  ...texts,
  binary: false,
  answer: (hub, session, message, send) => texts.answer(hub, session, message.toString(), send),
  receive: (message, events, requests) => texts.receive(message.toString(), events, requests),
};
