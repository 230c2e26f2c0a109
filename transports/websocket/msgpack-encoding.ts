import type { Encoded } from "../codec.ts";
import { dialogueIn } from "../dialogue.ts";
import { msgpack, parseRequest } from "../msgpack.ts";
import type { Encoding } from "./encoding.ts";

const maps = dialogueIn({ ...msgpack, parse: parseRequest });

export const msgpackMaps: Encoding = {
  ...maps,
  binary: true,
  answer: (hub, session, message, send) => maps.answer(hub, session, bytesOf(message), send),
  receive: (message, events, requests) => maps.receive(bytesOf(message), events, requests),
};

function bytesOf(message: Encoded): Buffer {
  return typeof message === "string" ? Buffer.from(message) : message;
}
