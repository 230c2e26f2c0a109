import { splitDialogue } from "../dissect/dialogue.ts";
import type { DissectorFactory } from "../dissect/dissector.ts";
import { splitMsgpack } from "../dissect/msgpack.ts";
import { dissectWebSocket } from "../dissect/websocket.ts";
import { msgpack } from "../msgpack.ts";

/** JSON texts of the dialogue in WebSocket messages, compressed or not. */
export const dissect: DissectorFactory = (isBody) =>
  dissectWebSocket({ text: (direction, text) => splitDialogue(direction, text, isBody) });

/** The dialogue in MessagePack, a map in each binary message. */
export const dissectMsgpack: DissectorFactory = (isBody) => {
  const notation = { parse: msgpack.parse, split: splitMsgpack };
  return dissectWebSocket({
    binary: (direction, bytes) => splitDialogue(direction, bytes, isBody, notation),
  });
};
