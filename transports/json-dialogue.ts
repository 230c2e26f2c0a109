import { json } from "./codec.ts";
import { dialogueIn } from "./dialogue.ts";

const dialogue = dialogueIn(json);

export const {
  request: encodeRequest,
  ok: encodeOk,
  error: encodeError,
  answer: answerText,
  receive: receiveText,
} = dialogue;
