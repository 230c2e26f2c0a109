import { splitDialogue } from "../dissect/dialogue.ts";
import type { DissectorFactory } from "../dissect/dissector.ts";
import { MSGPACK_NOTATION } from "../dissect/msgpack.ts";
import { dissectWebSocket } from "../dissect/websocket.ts";

/** JSON texts of the dialogue in WebSocket messages, compressed or not. */
export const dissect: DissectorFactory = (isBody) =>
  dissectWebSocket({ text: (direction, text) => splitDialogue(direction, text, isBody) });

/** The dialogue in MessagePack, a map in each binary message. */
export const dissectMsgpack: DissectorFactory = (isBody) =>
  dissectWebSocket({
    binary: (direction, bytes) => splitDialogue(direction, bytes, isBody, MSGPACK_NOTATION),
  });
