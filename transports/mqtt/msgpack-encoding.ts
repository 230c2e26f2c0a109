import type { Encoded } from "../codec.ts";
import { dialogueIn } from "../dialogue.ts";
import { msgpack, parseRequest } from "../msgpack.ts";
import type { Encoding } from "./encoding.ts";

const maps = dialogueIn(msgpack);

export const msgpackPayloads: Encoding = {
  ...maps,
  parse: (payload) => parseRequest(bytesOf(payload)),
  receive: (payload, events, requests) => maps.receive(bytesOf(payload), events, requests),
};

function bytesOf(payload: Encoded): Buffer {
  return typeof payload === "string" ? Buffer.from(payload) : payload;
}
